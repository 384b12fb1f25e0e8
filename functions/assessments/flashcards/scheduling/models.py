"""Answers and the reviews they become, as they are stored."""

from datetime import date, datetime
from typing import Literal

from functions.assessments.flashcards.cards.models import Schedule
from shared.store import Document

PASSING = 3

SchedulerName = Literal["sm2", "fsrs"]


class Answer(Document):
    """An answer of the user's to a card; `day` is the user's at `reviewed_at`."""

    flashcard: str
    quality: int
    reviewed_at: datetime
    day: date
    response_time_seconds: float | None = None
    user_answer: str = ""
    notes: str = ""

    @property
    def successful(self) -> bool:
        return self.quality >= PASSING

    @property
    def position(self) -> tuple[datetime, str]:
        """The place among the reviews of the card: by time, then by id."""
        return self.reviewed_at, self.id


class Review(Answer):
    """An answer with the card's schedule before and after it, and the scheduler that decided.

    A review that was undone stays as `undone`, out of the card's history, so that it is recognised when a
    client sends it again.
    """

    before: Schedule
    after: Schedule
    scheduler: SchedulerName = "sm2"
    desired_retention: float = 0.9
    undone: bool = False
