"""Errors of requests that add questions."""

from functions.assessments.quizzes.questions.models import MAX_QUESTIONS
from shared.errors import Conflict


class QuizFull(Conflict):
    """A question beyond the maximum of a quiz."""

    message = f"A quiz has at most {MAX_QUESTIONS} questions"
