"""Errors of requests about cards."""

from shared.errors import NotFound


class CardNotFound(NotFound):
    message = "There is no such flashcard"


class CourseNotFound(NotFound):
    message = "There is no such course"
