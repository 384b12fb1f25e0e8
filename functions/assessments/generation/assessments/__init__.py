"""Assessments: flashcards and quizzes that are generated and kept together."""
