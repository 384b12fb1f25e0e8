"""Courses of a user."""
