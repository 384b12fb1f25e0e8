"""Errors of requests about quizzes."""

from shared.errors import Conflict, NotFound


class QuizNotFound(NotFound):
    message = "There is no such quiz"


class ExamInProgress(Conflict):
    message = "You are taking this exam; its answers can be seen once you have completed it"
