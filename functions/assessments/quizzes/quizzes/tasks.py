"""Background work that the deletion of a quiz asks for."""

from typing import ClassVar

from shared.messages import Task


class PurgeQuiz(Task):
    """Delete the questions of a deleted quiz, and their statistics."""

    name: ClassVar[str] = "quiz.purge"
    group: ClassVar[str] = "assessments"

    user: str
    quiz: str


class PurgeAttempts(Task):
    """Delete the attempts at a deleted quiz."""

    name: ClassVar[str] = "attempts.purge"
    group: ClassVar[str] = "assessments"

    user: str
    quiz: str
