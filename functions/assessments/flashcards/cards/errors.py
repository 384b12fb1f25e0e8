"""Errors of requests about cards."""

from shared.errors import NotFound


class CardNotFound(NotFound):
    """A flashcard that does not exist, or belongs to somebody else."""

    message = "There is no such flashcard"


class CourseNotFound(NotFound):
    """A course that does not exist, or belongs to somebody else."""

    message = "There is no such course"
