"""What can be wrong with a request about quizzes."""

from functions.assessments.quizzes.models import MOST_QUESTIONS
from shared.errors import Conflict, NotFound


class QuizNotFound(NotFound):
    message = "There is no such quiz"


class QuestionNotFound(NotFound):
    message = "There is no such question"


class QuizFull(Conflict):
    message = f"A quiz has at most {MOST_QUESTIONS} questions"
