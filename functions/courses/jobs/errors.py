"""Errors of jobs."""

from shared.errors import NotFound


class JobNotFound(NotFound):
    """The user has no job of this id, or it has expired."""

    message = "There is no such job, or it has expired"
