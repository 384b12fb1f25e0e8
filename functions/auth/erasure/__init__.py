"""Erasure of an account with all of its data."""
