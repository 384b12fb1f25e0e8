"""Purging what a deleted course leaves behind."""
