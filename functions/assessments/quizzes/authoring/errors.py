"""Errors of requests that add questions."""

from functions.assessments.quizzes.questions.models import MAX_QUESTIONS
from shared.errors import Conflict


class QuizFull(Conflict):
    message = f"A quiz has at most {MAX_QUESTIONS} questions"
