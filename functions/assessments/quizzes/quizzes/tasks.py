"""What is left to do in the background once a quiz is gone."""

from typing import ClassVar

from shared.messages import Task


class PurgeQuiz(Task):
    """Delete the questions of a quiz that was deleted, and their statistics."""

    name: ClassVar[str] = "quiz.purge"
    group: ClassVar[str] = "assessments"

    user: str
    quiz: str


class PurgeAttempts(Task):
    """Delete the attempts at a quiz that was deleted."""

    name: ClassVar[str] = "attempts.purge"
    group: ClassVar[str] = "assessments"

    user: str
    quiz: str
