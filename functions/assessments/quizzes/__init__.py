"""Quizzes and their questions."""
