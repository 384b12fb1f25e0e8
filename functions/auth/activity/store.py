"""Collections and queries of days, progress and activities."""

from datetime import date, datetime

from functions.auth.activity.models import Achievement, ActivityEntry, Day, Progress
from shared.store import Collection, Query, Ref

DAYS = Collection("users/{user}/days", Day)
PROGRESS = Collection("users/{user}/progress", Progress)
ACTIVITY = Collection("users/{user}/activity", ActivityEntry)
ACHIEVEMENTS = Collection("users/{user}/achievements", Achievement)

_TOTAL = "total"


def progress_ref(user_id: str) -> Ref[Progress]:
    """Return the one document of the user's totals and streak."""
    return PROGRESS.doc(_TOTAL, user=user_id)


def build_empty_progress() -> Progress:
    """Build the totals of a user who has not studied yet."""
    return Progress(id=_TOTAL)


def day_ref(user_id: str, day: date) -> Ref[Day]:
    """Return the totals of a day in the user's time zone."""
    return DAYS.doc(day.isoformat(), user=user_id)


def reviews_entry_ref(user_id: str, day: date) -> Ref[ActivityEntry]:
    """Return the entry that gathers all of a day's reviews."""
    return ACTIVITY.doc(f"flashcard_review:{day.isoformat()}", user=user_id)


def query_days(user_id: str, first: date) -> Query[Day]:
    """Select the days from `first` on, oldest first."""
    return DAYS.query(user=user_id).where("day", ">=", first.isoformat()).order_by("day")


def query_active_days(user_id: str) -> Query[Day]:
    """Select all days, oldest first."""
    return DAYS.query(user=user_id).order_by("day")


def query_activity(
    user_id: str, *, kind: str | None, since: datetime | None, until: datetime | None
) -> Query[ActivityEntry]:
    """Select activities, newest first, `until` excluded."""
    query = ACTIVITY.query(user=user_id)
    if kind is not None:
        query = query.where("type", "==", kind)
    if since is not None:
        query = query.where("created_at", ">=", since)
    if until is not None:
        query = query.where("created_at", "<", until)
    return query.order_by("created_at", descending=True)


def query_recent_achievements(user_id: str, *, limit: int) -> Query[Achievement]:
    """Query achievements, newest first."""
    return ACHIEVEMENTS.query(user=user_id).order_by("achieved_at", descending=True).limit(limit)


def achievement_ref(user_id: str, *, days_in_a_row: int) -> Ref[Achievement]:
    """Return the achievement of a streak; one id for each length, so it is reached once."""
    return ACHIEVEMENTS.doc(f"study_streak:{days_in_a_row}", user=user_id)
