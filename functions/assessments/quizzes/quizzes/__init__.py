"""Quizzes: their settings, the order of their questions, and who may see the answers."""
