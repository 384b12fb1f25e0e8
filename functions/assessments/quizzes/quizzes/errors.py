"""What can be wrong with a request about quizzes."""

from functions.assessments.quizzes.quizzes.models import MOST_QUESTIONS
from shared.errors import Conflict, NotFound


class QuizNotFound(NotFound):
    message = "There is no such quiz"


class QuestionNotFound(NotFound):
    message = "There is no such question"


class QuizFull(Conflict):
    message = f"A quiz has at most {MOST_QUESTIONS} questions"


class ExamInProgress(Conflict):
    message = "You are in the middle of this exam; its answers can be seen once it is over"
