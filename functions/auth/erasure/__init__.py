"""Deleting an account and all that belongs to it."""
