"""The concepts of a course, each named once."""
