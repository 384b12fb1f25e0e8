"""Attempts at quizzes: from the first question to the last mark."""
