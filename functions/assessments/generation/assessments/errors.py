"""Errors of requests about assessments."""

from shared.errors import NotFound


class AssessmentNotFound(NotFound):
    """The user has no assessment of this id."""

    message = "There is no such assessment"
