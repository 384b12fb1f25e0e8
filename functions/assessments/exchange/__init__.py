"""Decks and quizzes as files: what comes in and what goes out."""
