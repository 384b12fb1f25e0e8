"""Assessments: flashcards and quizzes that belong together."""
