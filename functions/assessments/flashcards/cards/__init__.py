"""Flashcards: what the user learns."""
