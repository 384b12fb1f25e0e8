"""Concepts of a course, each under one name."""
