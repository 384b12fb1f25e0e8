"""What can be wrong with asking for another grade."""

from shared.errors import Conflict


class NotGradedByModel(Conflict):
    message = "Only what the model graded can be appealed against"


class AlreadyAppealed(Conflict):
    message = "This answer was appealed against before"


class GradedByKey(Conflict):
    message = "This question is graded by its key alone"
