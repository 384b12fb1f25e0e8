"""Anki's scheduling as ours, and ours as Anki's: due days, intervals, ease, FSRS's memory, answers."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.assessments.flashcards.cards.models import Schedule, Status
from functions.assessments.flashcards.decks.incoming import Place
from functions.assessments.flashcards.scheduling.models import PASSING, Review
from functions.assessments.flashcards.scheduling.protocol import MAX_INTERVAL_DAYS

NEW, LEARNING, REVIEW, RELEARNING = range(4)
SUSPENDED, SIBLING_BURIED, USER_BURIED = -1, -2, -3
IN_LEARNING, BY_DAY, DAY_LEARNING = 1, 2, 3

MOST_REVIEWS = 2000  # of one card: as many as one transaction takes
_QUALITY_OF_EASE = {1: 1, 2: 3, 3: 4, 4: 5}
_LEAST_EASE, _MOST_EASE, _START_EASE = 1.3, 9.99, 2.5
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_SINCE_EPOCH = 100_000_000  # a due value above this is an instant in seconds, not a day


@dataclass(frozen=True, slots=True)
class AnkiCard:
    """A row of Anki's table `cards`; `due` and `interval` are as it is in its own deck."""

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
class Answered:
    """A row of Anki's table `revlog`; `id` is in milliseconds since 1970, `time` in milliseconds."""

    id: int
    ease: int
    interval: int
    factor: int
    time: int


@dataclass(frozen=True)
class Calendar:
    """Days as a collection counts them: from the day it was created on."""

    first: date

    def day(self, number: int) -> date:
        return self.first + timedelta(days=max(-MAX_INTERVAL_DAYS, min(MAX_INTERVAL_DAYS, number)))

    def number(self, day: date) -> int:
        return (day - self.first).days


def status_of(card: AnkiCard) -> Status:
    return "suspended" if card.queue == SUSPENDED else "active"


def is_buried(card: AnkiCard) -> bool:
    return card.queue in (SIBLING_BURIED, USER_BURIED)


def history(card_id: str, log: Iterable[Answered], place: Place) -> list[Review]:
    """The answers of the log as reviews, the latest where there are too many; what was set by hand, or lies
    in the future, is none."""
    limit = place.now + timedelta(days=1)
    answered = [(at, entry) for entry in log if (at := _instant(entry)) and at <= limit]
    reviews: list[Review] = []
    before = Schedule(scheduled_on=place.day_of(answered[0][0])) if answered else None
    for at, entry in answered[-MOST_REVIEWS:]:
        assert before is not None  # noqa: S101 - there are answers
        review = _review(card_id, before, entry, at, place)
        reviews.append(review)
        before = review.after
    return reviews


def schedule(card: AnkiCard, reviews: Sequence[Review], calendar: Calendar, place: Place) -> Schedule:
    """Where Anki left the card: due on the day it says, after a day at least."""
    past = reviews[-1].after if reviews else Schedule(scheduled_on=place.today)
    if card.type == NEW:
        return past.model_copy(update={"interval_days": 0, "repetitions": 0, "scheduled_on": place.today})
    interval = max(1, min(MAX_INTERVAL_DAYS, card.interval))
    stability, difficulty = _memory(card.data)
    return Schedule(
        ease_factor=_ease(card.factor, past.ease_factor),
        interval_days=interval,
        repetitions=_repetitions(card, past.repetitions, interval),
        stability=stability,
        difficulty=difficulty,
        lapses=past.lapses if reviews else min(card.lapses, card.reps),
        successes=past.successes if reviews else max(0, card.reps - card.lapses),
        total_reviews=past.total_reviews if reviews else max(card.reps, card.lapses, 0),
        scheduled_on=_due_on(card, calendar, place),
        last_reviewed=past.last_reviewed,
        last_review=past.last_review,
    )


def ease_of(quality: int) -> int:
    """The button of Anki's that comes nearest."""
    return 1 if quality < PASSING else quality - 1


def _review(card_id: str, before: Schedule, entry: Answered, at: datetime, place: Place) -> Review:
    quality = _QUALITY_OF_EASE[entry.ease]
    passed = quality >= PASSING
    day = place.day_of(at)
    interval = max(1, min(MAX_INTERVAL_DAYS, entry.interval))
    identity = f"{card_id}.{entry.id}"
    after = Schedule(
        ease_factor=_ease(entry.factor, before.ease_factor),
        interval_days=interval,
        repetitions=before.repetitions + 1 if passed else 0,
        lapses=before.lapses + (not passed),
        successes=before.successes + passed,
        total_reviews=before.total_reviews + 1,
        scheduled_on=day + timedelta(days=interval),
        last_reviewed=at,
        last_review=identity,
    )
    return Review(
        id=identity,
        flashcard=card_id,
        quality=quality,
        reviewed_at=at,
        day=day,
        response_time_seconds=max(0, min(86_400_000, entry.time)) / 1000,
        before=before,
        after=after,
    )


def _instant(entry: Answered) -> datetime | None:
    """When it was answered; None for what was no answer."""
    if entry.ease not in _QUALITY_OF_EASE or not 0 < entry.id < 10**13:
        return None
    at = datetime.fromtimestamp(entry.id // 1000, UTC) + timedelta(milliseconds=entry.id % 1000)
    return at if at >= _FIRST else None


def _ease(factor: int, otherwise: float) -> float:
    """FSRS's decks keep a difficulty where the ease was: no ease is that low."""
    ease = factor / 1000
    return min(_MOST_EASE, ease) if ease >= _LEAST_EASE else otherwise or _START_EASE


def _repetitions(card: AnkiCard, successes: int, interval: int) -> int:
    """SM-2 gives six days to the second repetition: a card beyond that has had two."""
    if card.type in (LEARNING, RELEARNING):
        return 0 if card.type == RELEARNING else min(successes, 1)
    return max(successes, 2 if interval >= 6 else 1)


def _due_on(card: AnkiCard, calendar: Calendar, place: Place) -> date:
    if card.due <= _SINCE_EPOCH:
        return calendar.day(card.due)
    return place.day_of(datetime.fromtimestamp(min(card.due, 10**10), UTC))


def _memory(data: str) -> tuple[float | None, float | None]:
    """FSRS's stability and difficulty, where Anki has reckoned them."""
    try:
        found: Any = json.loads(data) if data else {}
    except (ValueError, RecursionError):
        return None, None
    stability, difficulty = (_number(found, name) for name in ("s", "d"))
    if stability is None or difficulty is None:
        return None, None
    return min(max(stability, 0.001), float(MAX_INTERVAL_DAYS)), min(max(difficulty, 1.0), 10.0)


def _number(found: Any, name: str) -> float | None:
    value = found.get(name) if isinstance(found, dict) else None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _SINCE_EPOCH:
        return float(value)
    return None
