"""Quizzes: their questions, attempts, grading and statistics."""
