"""Sections of a course, in the user's order."""
