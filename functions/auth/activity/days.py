"""Changes that reviews and quizzes make to a day, to the progress, and to the list of activities."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from functions.auth.activity.models import ActivityEntry, Day, Progress
from functions.auth.activity.rules import advance_streak, repair_streak, shorten_streak
from shared.published.flashcards import ReviewFact, ReviewSums

Sign = Literal[1, -1]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Change:
    """One day before and after a change."""

    before: Day
    after: Day

    @property
    def becomes_active(self) -> bool:
        """Tell whether the day has become active."""
        return self.after.is_active and not self.before.is_active

    @property
    def becomes_inactive(self) -> bool:
        """Tell whether the day is no longer active."""
        return self.before.is_active and not self.after.is_active


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


def needs_recount(progress: Progress, changes: Iterable[Change]) -> bool:
    """Tell whether the streak must be counted anew because a past day changed."""
    last = progress.streak.last_active
    return any(
        each.becomes_inactive or (each.becomes_active and last is not None and each.after.day < last)
        for each in changes
    )


def update_progress(progress: Progress, changes: list[Change], recent: Iterable[Day]) -> Progress:
    """Add the changes. `recent` are the active days of `RECOUNT_PERIOD`, needed for a recount only."""
    streak = progress.streak
    for change in sorted(changes, key=lambda each: each.after.day):
        if change.becomes_active and (streak.last_active is None or change.after.day > streak.last_active):
            streak = advance_streak(streak, change.after.day)
    if needs_recount(progress, changes):
        days = _collect_active_days(recent, changes)
        shrinks = any(change.becomes_inactive for change in changes)
        streak = shorten_streak(streak, days) if shrinks else repair_streak(streak, days)
    return Progress(
        id=progress.id,
        streak=streak,
        reviews=progress.reviews + sum(each.after.reviews - each.before.reviews for each in changes),
        points=progress.points + sum(each.after.successes - each.before.successes for each in changes),
        seconds=progress.seconds + sum(each.after.seconds - each.before.seconds for each in changes),
    )


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


def _collect_active_days(recent: Iterable[Day], changes: Iterable[Change]) -> set[date]:
    active = {day.day for day in recent if day.is_active}
    active |= {change.after.day for change in changes if change.becomes_active}
    return active - {change.after.day for change in changes if change.becomes_inactive}
