"""Courses: what a user studies."""
