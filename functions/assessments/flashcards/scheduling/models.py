"""Answers and the reviews they become, as they are stored."""

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import Field

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


def count_elapsed_days(schedule: Schedule, answer: Answer) -> int | None:
    """Return the user's days since the card's last answer, 0 on the same day; None for a card never asked.

    A schedule of an earlier version tells only the instant of its last answer: its days are those of UTC. An
    imported card may not even tell that; its day and its interval do.
    """
    if schedule.reviewed_on is not None:
        days = answer.day - schedule.reviewed_on
    elif schedule.last_reviewed is not None:
        days = answer.reviewed_at.date() - schedule.last_reviewed.date()
    elif schedule.total_reviews:
        days = answer.day - schedule.scheduled_on + timedelta(days=schedule.interval_days)
    else:
        return None
    return max(0, days.days)


class Review(Answer):
    """An answer with the card's schedule before and after it, and the scheduler that decided.

    A review that was undone stays as `undone`, out of the card's history, so that it is recognised when a
    client sends it again. One that was `imported` with its card counts for no activity. `postponed` are the
    cards of the same note that it moved out of its way, by id, with the day until which they were buried.
    """

    before: Schedule
    after: Schedule
    scheduler: SchedulerName = "sm2"
    desired_retention: float = 0.9
    undone: bool = False
    imported: bool = False
    postponed: dict[str, date | None] = Field(default_factory=dict)

    @property
    def is_imported(self) -> bool:
        """Tell whether the review came with a deck; earlier versions told so by its id alone."""
        return self.imported or self.id.startswith(f"{self.flashcard}.")
