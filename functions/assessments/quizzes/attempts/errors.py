"""What can be wrong with a request about attempts."""

from shared.errors import Conflict, NotFound


class AttemptNotFound(NotFound):
    message = "There is no such attempt"


class NoAttemptsLeft(Conflict):
    message = "All attempts at this quiz are used up"


class QuizHasNoQuestions(Conflict):
    message = "This quiz has no questions"


class QuizTooLarge(Conflict):
    message = "The questions of this quiz are too long together; let each attempt draw fewer of them"


class AttemptOver(Conflict):
    message = "This attempt is completed"


class TimeIsUp(Conflict):
    message = "The time of this attempt is up"


class AttemptInProgress(Conflict):
    message = "An attempt at this quiz is in progress; complete it first"


class AttemptNotOver(Conflict):
    message = "This attempt is still in progress"
