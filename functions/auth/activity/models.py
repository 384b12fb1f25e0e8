"""Days, progress, activities and achievements as they are stored."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.store import Document


class Day(Document):
    """A day in the user's time zone. Its id is its date."""

    day: date
    reviews: int = 0
    successes: int = 0
    quizzes: int = 0
    seconds: float = 0.0
    first_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Tell whether the day counts for the streak."""
        return self.reviews > 0 or self.quizzes > 0


class Streak(BaseModel):
    """Days in a row up to `last_active`; `freezes_used` counts those of its calendar month."""

    model_config = ConfigDict(frozen=True)

    current: int = 0
    longest: int = 0
    last_active: date | None = None
    freezes_used: int = 0


class Progress(Document):
    """Totals of all time; a point is a successful review.

    `active_days` has the active days of each year as a number in hexadecimal digits whose bit n is set for
    the day n of the year, so that the streak can be counted anew from all of them without a read; None where
    an earlier version stored the progress.
    """

    streak: Streak = Streak()
    active_days: dict[str, str] | None = None
    reviews: int = 0
    points: int = 0
    seconds: float = 0.0


class ActivityEntry(Document):
    """An entry in the list of activities; all reviews of a day are one entry."""

    type: str
    title: str
    created_at: datetime
    metadata: dict[str, Any] = Field(default_factory=dict)


class Achievement(Document):
    """A milestone that the user has reached."""

    type: str
    title: str
    achieved_at: datetime
