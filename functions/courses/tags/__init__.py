"""Tags: the user's own words for documents, over all courses."""
