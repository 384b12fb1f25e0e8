"""A job's errors."""

from shared.errors import NotFound


class JobMissing(NotFound):
    message = "There is no such job"
