"""Errors of requests about quizzes."""

from shared.errors import Conflict, NotFound


class QuizNotFound(NotFound):
    """No quiz of the user has this id."""

    message = "There is no such quiz"


class ExamInProgress(Conflict):
    """A look at the answers during an exam."""

    message = "You are taking this exam; its answers can be seen once you have completed it"
