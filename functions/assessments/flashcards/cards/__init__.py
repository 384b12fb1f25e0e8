"""Flashcards: their content, schedule, counts and lists."""
