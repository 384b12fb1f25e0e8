"""Public answers about days and activities."""

from datetime import date
from typing import Any

from pydantic import Field

from functions.auth.activity.days import round_to_minutes
from functions.auth.activity.models import ActivityEntry, Day
from functions.auth.activity.titles import translate_title
from shared.web.schemas import Instant, View


class ActivityView(View):
    """Something the user did; `metadata` holds ids and figures that depend on `type`."""

    id: str
    type: str = Field(examples=["flashcard_review"])
    title: str = Field(examples=["Reviewed 12 flashcards"])
    created_at: Instant
    metadata: dict[str, Any]


class StreakDay(View):
    """A day in the user's time zone: minutes studied and cards reviewed."""

    date: date
    minutes: int
    reviews: int


class StreakView(View):
    """The streak as of today in the user's time zone; `days` are the last 30, oldest first."""

    current: int
    longest: int
    last_active_date: date | None
    freezes_left: int
    days: list[StreakDay]


def activity_view(entry: ActivityEntry) -> ActivityView:
    """Build the public view of an entry."""
    return ActivityView(**{**entry.model_dump(), "title": translate_title(entry.title)})


def streak_day_view(day: Day) -> StreakDay:
    """Build the public view of a day: minutes in place of seconds, and no negative count after an undo."""
    return StreakDay(date=day.day, minutes=round_to_minutes(day.seconds), reviews=max(0, day.reviews))
