"""Errors of requests for another grade."""

from shared.errors import Conflict


class NotGradedByModel(Conflict):
    """An appeal against a mark that the model did not give."""

    message = "You can appeal only against a grade given by the model"


class AlreadyAppealed(Conflict):
    """A second appeal for the same answer."""

    message = "You have already appealed against the grade of this answer"


class GradedByKey(Conflict):
    """A hand grade for a question whose answer key decides."""

    message = "This question is graded by its answer key and cannot be graded by hand"
