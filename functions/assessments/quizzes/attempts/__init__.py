"""Attempts at quizzes: starting, answering, completing, and their results."""
