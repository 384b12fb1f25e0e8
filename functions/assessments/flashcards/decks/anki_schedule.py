"""Conversion between Anki's scheduling and ours: due days, intervals, ease, FSRS's memory, answers."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.assessments.flashcards.cards.models import Schedule, Status
from functions.assessments.flashcards.decks.items import MAX_REVIEWS, Target
from functions.assessments.flashcards.scheduling.models import PASSING, Review
from functions.assessments.flashcards.scheduling.protocol import MAX_INTERVAL_DAYS

NEW, LEARNING, REVIEW, RELEARNING = range(4)
SUSPENDED, SIBLING_BURIED, USER_BURIED = -1, -2, -3
IN_LEARNING, BY_DAY, DAY_LEARNING = 1, 2, 3

_QUALITY_OF_EASE = {1: 1, 2: 3, 3: 4, 4: 5}
_MIN_EASE, _MAX_EASE, _START_EASE = 1.3, 9.99, 2.5
_MIN_INSTANT = datetime(1990, 1, 1, tzinfo=UTC)
_MAX_DUE_DAY = 100_000_000  # a due value above this is an instant in seconds, not a day


@dataclass(frozen=True, slots=True)
class AnkiCard:
    """A row of Anki's table `cards`; `due` and `interval` are those in its own deck."""

    id: int
    ord: int
    type: int
    queue: int
    due: int
    interval: int
    factor: int
    reps: int
    lapses: int
    data: str


@dataclass(frozen=True, slots=True)
class AnkiAnswer:
    """A row of Anki's table `revlog`; `id` is in milliseconds since 1970, `time` in milliseconds."""

    id: int
    ease: int
    interval: int
    factor: int
    time: int


@dataclass(frozen=True)
class Calendar:
    """The days of a collection, counted from the day on which it was created."""

    first: date

    def to_day(self, number: int) -> date:
        return self.first + timedelta(days=max(-MAX_INTERVAL_DAYS, min(MAX_INTERVAL_DAYS, number)))

    def to_number(self, day: date) -> int:
        return (day - self.first).days


def convert_status(card: AnkiCard) -> Status:
    """Return the card's status here; queues other than that of suspended cards are active."""
    return "suspended" if card.queue == SUSPENDED else "active"


def is_buried(card: AnkiCard) -> bool:
    """Return whether Anki hides the card until its next day."""
    return card.queue in (SIBLING_BURIED, USER_BURIED)


def convert_reviews(card_id: str, log: Iterable[AnkiAnswer], target: Target) -> list[Review]:
    """Return the answers of the log as reviews, the latest if there are too many.

    Entries that were set by hand, or lie in the future, are no answers.
    """
    limit = target.now + timedelta(days=1)
    answered = [(at, entry) for entry in log if (at := _find_instant(entry)) and at <= limit]
    reviews: list[Review] = []
    before = Schedule(scheduled_on=target.to_day(answered[0][0])) if answered else None
    for at, entry in answered[-MAX_REVIEWS:]:
        assert before is not None  # noqa: S101 - there are answers
        review = _convert_answer(card_id, before, entry, at, target)
        reviews.append(review)
        before = review.after
    return reviews


def convert_schedule(
    card: AnkiCard, reviews: Sequence[Review], calendar: Calendar, target: Target
) -> Schedule:
    """Return the schedule as Anki left it: due on the day that it says, after at least a day."""
    past = reviews[-1].after if reviews else Schedule(scheduled_on=target.today)
    if card.type == NEW:
        return past.model_copy(update={"interval_days": 0, "repetitions": 0, "scheduled_on": target.today})
    interval = max(1, min(MAX_INTERVAL_DAYS, card.interval))
    stability, difficulty = _read_memory(card.data)
    return Schedule(
        ease_factor=_convert_ease(card.factor, past.ease_factor),
        interval_days=interval,
        repetitions=_count_repetitions(card, past.repetitions, interval),
        stability=stability,
        difficulty=difficulty,
        lapses=past.lapses if reviews else min(card.lapses, card.reps),
        successes=past.successes if reviews else max(0, card.reps - card.lapses),
        total_reviews=past.total_reviews if reviews else max(card.reps, card.lapses, 0),
        scheduled_on=_find_due_day(card, calendar, target),
        introduced_on=past.introduced_on,
        reviewed_on=past.reviewed_on,
        last_reviewed=past.last_reviewed,
        last_review=past.last_review,
    )


def convert_quality(quality: int) -> int:
    """Return the number of Anki's button that is nearest."""
    return 1 if quality < PASSING else quality - 1


def _convert_answer(
    card_id: str, before: Schedule, entry: AnkiAnswer, at: datetime, target: Target
) -> Review:
    quality = _QUALITY_OF_EASE[entry.ease]
    passed = quality >= PASSING
    day = target.to_day(at)
    interval = max(1, min(MAX_INTERVAL_DAYS, entry.interval))
    review_id = f"{card_id}.{entry.id}"
    after = Schedule(
        ease_factor=_convert_ease(entry.factor, before.ease_factor),
        interval_days=interval,
        repetitions=before.repetitions + 1 if passed else 0,
        lapses=before.lapses + (not passed),
        successes=before.successes + passed,
        total_reviews=before.total_reviews + 1,
        scheduled_on=day + timedelta(days=interval),
        introduced_on=before.introduced_on or day,
        reviewed_on=day,
        last_reviewed=at,
        last_review=review_id,
    )
    return Review(
        id=review_id,
        flashcard=card_id,
        quality=quality,
        reviewed_at=at,
        day=day,
        response_time_seconds=max(0, min(86_400_000, entry.time)) / 1000,
        before=before,
        after=after,
        imported=True,
    )


def _find_instant(entry: AnkiAnswer) -> datetime | None:
    """Return the time of the answer, or None if the entry is no answer."""
    if entry.ease not in _QUALITY_OF_EASE or not 0 < entry.id < 10**13:
        return None
    at = datetime.fromtimestamp(entry.id // 1000, UTC) + timedelta(milliseconds=entry.id % 1000)
    return at if at >= _MIN_INSTANT else None


def _convert_ease(factor: int, otherwise: float) -> float:
    """Return the ease. Decks under FSRS have a difficulty in its place, which is lower than any ease."""
    ease = factor / 1000
    return min(_MAX_EASE, ease) if ease >= _MIN_EASE else otherwise or _START_EASE


def _count_repetitions(card: AnkiCard, successes: int, interval: int) -> int:
    """Return the repetitions. SM-2 gives six days to the second: a card beyond that has had two."""
    if card.type in (LEARNING, RELEARNING):
        return 0 if card.type == RELEARNING else min(successes, 1)
    return max(successes, 2 if interval >= 6 else 1)


def _find_due_day(card: AnkiCard, calendar: Calendar, target: Target) -> date:
    if card.due <= _MAX_DUE_DAY:
        return calendar.to_day(card.due)
    return target.to_day(datetime.fromtimestamp(min(card.due, 10**10), UTC))


def _read_memory(data: str) -> tuple[float | None, float | None]:
    """Return FSRS's stability and difficulty, if Anki has computed them."""
    try:
        found: Any = json.loads(data) if data else {}
    except (ValueError, RecursionError):
        return None, None
    stability, difficulty = (_read_number(found, name) for name in ("s", "d"))
    if stability is None or difficulty is None:
        return None, None
    return min(max(stability, 0.001), float(MAX_INTERVAL_DAYS)), min(max(difficulty, 1.0), 10.0)


def _read_number(found: Any, name: str) -> float | None:
    value = found.get(name) if isinstance(found, dict) else None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _MAX_DUE_DAY:
        return float(value)
    return None
