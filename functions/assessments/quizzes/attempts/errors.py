"""Errors of requests about attempts."""

from shared.errors import Conflict, NotFound


class AttemptNotFound(NotFound):
    message = "There is no such attempt"


class NoAttemptsLeft(Conflict):
    message = "You have used all attempts at this quiz"


class QuizHasNoQuestions(Conflict):
    message = "This quiz has no questions; add one first"


class QuizTooLarge(Conflict):
    message = "The questions of this quiz are too long in total; let each attempt draw fewer of them"


class AttemptOver(Conflict):
    message = "This attempt is completed and takes no more answers"


class TimeIsUp(Conflict):
    message = "The time of this attempt is up"


class AttemptInProgress(Conflict):
    message = "An attempt at this quiz is in progress; complete it first"


class AttemptNotOver(Conflict):
    message = "This attempt is still in progress; complete it first"
