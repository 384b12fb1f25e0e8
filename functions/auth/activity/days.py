"""Changes that reviews and quizzes make to a day, to the progress, and to the list of activities."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from functions.auth.activity.calendar import encode_days
from functions.auth.activity.models import ActivityEntry, Day, Progress
from functions.auth.activity.rules import count_streak
from shared.published.flashcards import ReviewFact, ReviewSums

Sign = Literal[1, -1]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Change:
    """One day before and after a change."""

    before: Day
    after: Day


def sum_reviews(facts: Iterable[ReviewFact], sign: Sign) -> dict[date, ReviewSums]:
    """Add up reviews by their day, as added (`sign` 1) or subtracted (-1)."""
    by_day: dict[date, list[ReviewFact]] = {}
    for fact in facts:
        by_day.setdefault(fact.day, []).append(fact)
    return {
        day: ReviewSums(
            reviews=sign * len(own),
            successes=sign * sum(fact.successful for fact in own),
            seconds=sign * sum(fact.seconds for fact in own),
            first_at=(min(fact.reviewed_at for fact in own) - _EPOCH) // _MICROSECOND,
        )
        for day, own in by_day.items()
    }


def add_reviews(day: Day, sums: ReviewSums) -> Change:
    """Add the sums of the day's reviews.

    Only sums are kept, so an undo that arrives before its review gives the right result.
    """
    first_at = day.first_at
    if sums.first_at is not None:
        first = _EPOCH + sums.first_at * _MICROSECOND
        first_at = min(first, first_at or first)
    after = day.model_copy(
        update={
            "reviews": day.reviews + sums.reviews,
            "successes": day.successes + sums.successes,
            "seconds": day.seconds + sums.seconds,
            "first_at": first_at,
        }
    )
    return Change(day, after)


def add_quiz(day: Day, *, completed_at: datetime, seconds: float) -> Change:
    """Add a completed attempt at a quiz."""
    after = day.model_copy(
        update={
            "quizzes": day.quizzes + 1,
            "seconds": day.seconds + seconds,
            "first_at": min(completed_at, day.first_at or completed_at),
        }
    )
    return Change(day, after)


def update_active_days(days: AbstractSet[date], changes: Iterable[Change]) -> set[date]:
    """Return the active days after the changes."""
    changes = list(changes)
    active = set(days) | {change.after.day for change in changes if change.after.is_active}
    return active - {change.after.day for change in changes if not change.after.is_active}


def update_progress(progress: Progress, changes: list[Change], active: AbstractSet[date]) -> Progress:
    """Add the changes; `active` are all active days after them."""
    totals = {
        "reviews": progress.reviews + sum(each.after.reviews - each.before.reviews for each in changes),
        "points": progress.points + sum(each.after.successes - each.before.successes for each in changes),
        "seconds": progress.seconds + sum(each.after.seconds - each.before.seconds for each in changes),
    }
    streak = {"streak": count_streak(active), "active_days": encode_days(active)}
    return progress.model_copy(update={**totals, **streak})


def build_reviews_entry(day: Day, *, entry_id: str) -> ActivityEntry:
    """Build the one activity that stands for all reviews of a day."""
    assert day.first_at is not None  # noqa: S101 - an active day has a first review or quiz
    return ActivityEntry(
        id=entry_id,
        type="flashcard_review",
        title=f"Reviewed {day.reviews} flashcard{'' if day.reviews == 1 else 's'}",
        created_at=day.first_at,
        metadata={
            "date": day.day.isoformat(),
            "reviews": day.reviews,
            "successful": day.successes,
            "minutes": round_to_minutes(day.seconds),
        },
    )


def round_to_minutes(seconds: float) -> int:
    """Round to full minutes, never below 0."""
    return max(0, round(seconds / 60))
