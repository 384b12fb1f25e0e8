"""Documents: what is known of a file, its tags, and the file itself."""
