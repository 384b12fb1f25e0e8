"""Errors of requests for another grade."""

from shared.errors import Conflict


class NotGradedByModel(Conflict):
    message = "You can appeal only against a grade given by the model"


class AlreadyAppealed(Conflict):
    message = "You have already appealed against the grade of this answer"


class GradedByKey(Conflict):
    message = "This question is graded by its answer key and cannot be graded by hand"
