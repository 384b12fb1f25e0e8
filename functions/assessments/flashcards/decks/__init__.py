"""Decks of flashcards as files: Anki packages, tables and JSON, in and out."""
