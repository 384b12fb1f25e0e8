"""Errors of requests about attempts."""

from shared.errors import Conflict, NotFound


class AttemptNotFound(NotFound):
    """No attempt of the user has this id."""

    message = "There is no such attempt"


class NoAttemptsLeft(Conflict):
    """The quiz's `max_attempts` are used up."""

    message = "You have used all attempts at this quiz"


class QuizHasNoQuestions(Conflict):
    """An attempt would be empty."""

    message = "This quiz has no questions; add one first"


class QuizTooLarge(Conflict):
    """The questions drawn exceed the documents that keep an attempt's copy of them."""

    message = "The questions of this quiz are too long in total; let each attempt draw fewer of them"


class AttemptOver(Conflict):
    """An answer to a completed attempt."""

    message = "This attempt is completed and takes no more answers"


class TimeIsUp(Conflict):
    """An answer after the time limit and its grace."""

    message = "The time of this attempt is up"


class AttemptInProgress(Conflict):
    """A second attempt while one is open."""

    message = "An attempt at this quiz is in progress; complete it first"


class AttemptNotOver(Conflict):
    """A result asked of an attempt that is not completed."""

    message = "This attempt is still in progress; complete it first"
