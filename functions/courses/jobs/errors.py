"""A job's errors."""

from shared.errors import NotFound


class JobNotFound(NotFound):
    message = "There is no such job"
