"""Counts of cards, from documents that are kept up with every change."""
