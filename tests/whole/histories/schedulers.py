"""SM-2 in exact fractions, and FSRS by its library: what a card's answers make of it.

SM-2 is Wozniak's of 1990, and where an answer comes early what docs/adr/0010 says: each day that has passed
earns six, and an answer on the day of the last one leaves the interval as it is. FSRS is given whole days.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache

import fsrs

MAX_DAYS = 36_500
_PASSING = 3
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_RATINGS = (fsrs.Rating.Again,) * 3 + (fsrs.Rating.Hard, fsrs.Rating.Good, fsrs.Rating.Easy)


@dataclass(frozen=True)
class Answer:
    """An answer, on the `day` of the user's at its time, by the settings that held when it was handed in."""

    quality: int
    at: datetime
    day: date
    scheduler: str
    retention: float
    seconds: float = 0.0
    client_id: str = ""
    imported: bool = False

    @property
    def passed(self) -> bool:
        return self.quality >= _PASSING


@dataclass(frozen=True)
class Memory:
    """The facts that both schedulers and the statistics remember of a card."""

    ease: Fraction = Fraction(5, 2)
    interval: int = 0
    repetitions: int = 0
    stability: float | None = None
    difficulty: float | None = None
    lapses: int = 0
    successes: int = 0
    introduced: date | None = None
    last: date | None = None
    last_at: datetime | None = None

    @property
    def answers(self) -> int:
        return self.lapses + self.successes

    @property
    def mastery(self) -> str:
        """The level by the contract: mastered from 21 days on, though not within a week."""
        if not self.answers or self.introduced is None or self.last is None:
            return "new"
        if self.interval >= 21 and (self.last - self.introduced).days >= 7:
            return "mastered"
        return "difficult" if self.ease < 2 or self.lapses >= 4 else "learning"


def remember(memory: Memory, answer: Answer) -> Memory:
    """Return the memory after the answer."""
    waited = None if memory.last is None else max(0, (answer.day - memory.last).days)
    ease, sm2_days, repetitions = _advance_sm2(memory, answer.quality, waited)
    stability, difficulty, fsrs_days = _advance_fsrs(memory, answer, waited)
    return replace(
        memory,
        ease=ease,
        interval=fsrs_days if answer.scheduler == "fsrs" else sm2_days,
        repetitions=repetitions,
        stability=stability,
        difficulty=difficulty,
        lapses=memory.lapses + (not answer.passed),
        successes=memory.successes + answer.passed,
        introduced=memory.introduced or answer.day,
        last=answer.day,
        last_at=answer.at,
    )


def _advance_sm2(memory: Memory, quality: int, waited: int | None) -> tuple[Fraction, int, int]:
    if quality < _PASSING:
        return memory.ease, 1, 0
    miss = 5 - quality
    ease = max(
        Fraction(13, 10), memory.ease + Fraction(1, 10) - miss * (Fraction(8, 100) + miss * Fraction(2, 100))
    )
    return ease, _count_sm2_days(memory, ease, waited), memory.repetitions + 1


def _count_sm2_days(memory: Memory, ease: Fraction, waited: int | None) -> int:
    if memory.repetitions == 0:
        return 1
    if waited == 0:
        return max(1, memory.interval)
    if memory.repetitions == 1 or memory.interval <= 1:
        return 6
    earned = 6 * (memory.interval if waited is None else waited)
    return min(MAX_DAYS, math.ceil(memory.interval + min(earned, memory.interval) * (ease - 1)))


def _advance_fsrs(memory: Memory, answer: Answer, waited: int | None) -> tuple[float, float, int]:
    card = fsrs.Card(card_id=1)
    if memory.stability is not None:
        card = fsrs.Card(1, fsrs.State.Review, None, memory.stability, memory.difficulty, _EPOCH, _EPOCH)
    at = _EPOCH + timedelta(days=waited or 0)
    after, _ = _get_library(answer.retention).review_card(card, _RATINGS[answer.quality], at)
    assert after.stability is not None
    assert after.difficulty is not None
    return after.stability, after.difficulty, (after.due - at).days


@cache
def _get_library(retention: float) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=MAX_DAYS,
        enable_fuzzing=False,
    )
