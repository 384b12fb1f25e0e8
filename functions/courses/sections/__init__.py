"""Sections: the parts of a course, in the user's order."""
