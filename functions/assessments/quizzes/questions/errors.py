"""Errors of requests about questions."""

from shared.errors import NotFound


class QuestionNotFound(NotFound):
    message = "There is no such question"
