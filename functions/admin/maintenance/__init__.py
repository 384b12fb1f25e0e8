"""Scheduled maintenance for all groups."""
