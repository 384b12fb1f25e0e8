"""What can be wrong with a request about assessments."""

from shared.errors import NotFound


class AssessmentNotFound(NotFound):
    message = "There is no such assessment"
