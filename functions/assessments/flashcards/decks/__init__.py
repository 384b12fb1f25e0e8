"""Decks of flashcards as files: import and export of Anki packages, tables and JSON."""
