"""Errors of requests that add questions."""

from functions.assessments.quizzes.questions.models import MAX_QUESTIONS
from shared.errors import Conflict
from shared.language import say


class QuizFull(Conflict):
    """A question beyond the maximum of a quiz."""

    message = say("A quiz has at most {number} questions; delete one first", number=MAX_QUESTIONS)
