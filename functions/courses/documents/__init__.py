"""Documents of a course: a file, its description and its tags."""
