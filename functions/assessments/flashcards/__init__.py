"""Flashcards: what they are, when they are reviewed, and what is known on the exam day."""
