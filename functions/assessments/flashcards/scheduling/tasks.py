"""Tasks that scheduling asks for."""

from typing import ClassVar

from shared.messages import Task


class FitScheduler(Task):
    """Fit FSRS's weights to the user's own reviews, if there are enough more than at the last fit."""

    name: ClassVar[str] = "scheduler.fit"
    group: ClassVar[str] = "assessments"

    user: str
