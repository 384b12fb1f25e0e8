"""Authoring: adding, changing, ordering and deleting the questions of a quiz."""
