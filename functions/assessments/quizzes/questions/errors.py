"""Errors of requests about questions."""

from shared.errors import NotFound


class QuestionNotFound(NotFound):
    """No question of the user has this id."""

    message = "There is no such question"
