"""FSRS-6, as the library `fsrs` has it, in whole days: without learning steps and without its random fuzz."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import cast

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.models import PASSING, Answer
from functions.assessments.flashcards.scheduling.protocol import Step

LONGEST_DAYS = 36_500

Weights = Sequence[float] | None  # the library's own where None

_LEAST_DIFFICULTY, _MOST_DIFFICULTY = 1.0, 10.0
_SM2_RETENTION = 0.9  # what SM-2 aims at
_DECAY = 20  # its place among the weights


@dataclass(frozen=True)
class Fsrs:
    """The scheduler of a user who wants to recall `desired_retention` of what is asked."""

    desired_retention: float = 0.9
    weights: Weights = None

    def after(self, schedule: Schedule, answer: Answer) -> Step:
        stability, difficulty = memory_after(schedule, answer, weights=self.weights)
        days = interval(stability, desired_retention=self.desired_retention, weights=self.weights)
        return Step({"stability": stability, "difficulty": difficulty}, days)


def memory_after(schedule: Schedule, answer: Answer, *, weights: Weights = None) -> tuple[float, float]:
    """Stability and difficulty after the answer. A card with reviews but without FSRS's memory goes on from
    SM-2's."""
    stability, difficulty = schedule.stability, schedule.difficulty
    if schedule.total_reviews and (stability is None or difficulty is None):
        stability, difficulty = memory_from_sm2(schedule, weights=weights)
    card = fsrs.Card(
        card_id=1,
        state=fsrs.State.Learning if stability is None else fsrs.State.Review,
        stability=stability,
        difficulty=difficulty,
        due=answer.reviewed_at,
        last_review=_last_seen(schedule),
    )
    after, _ = _library(weights).review_card(card, rating(answer.quality), answer.reviewed_at.astimezone(UTC))
    return cast("float", after.stability), cast("float", after.difficulty)


def memory_from_sm2(schedule: Schedule, *, weights: Weights = None) -> tuple[float, float]:
    """Stability and difficulty that go on as SM-2 would: the interval is when recall is at 90 %, and the
    difficulty is the one at which an answer of `good` on that day multiplies the interval by the ease."""
    w = weights or DEFAULT_PARAMETERS
    stability = float(max(1, schedule.interval_days))
    growth = math.exp(w[8]) * stability ** -w[9] * math.expm1((1 - _SM2_RETENTION) * w[10])
    difficulty = 11 - (schedule.ease_factor - 1) / growth
    return stability, min(_MOST_DIFFICULTY, max(_LEAST_DIFFICULTY, difficulty))


def recall(stability: float, elapsed_days: float, *, weights: Weights = None) -> float:
    """The probability that the card is known so many days after its last review."""
    decay = -(weights or DEFAULT_PARAMETERS)[_DECAY]
    return math.pow(1 + _factor(decay) * max(0.0, elapsed_days) / stability, decay)


def interval(stability: float, *, desired_retention: float, weights: Weights = None) -> int:
    """The whole days, at least one, after which recall has fallen to the desired retention."""
    decay = -(weights or DEFAULT_PARAMETERS)[_DECAY]
    days = (stability / _factor(decay)) * (math.pow(desired_retention, 1 / decay) - 1)
    return min(max(round(days), 1), LONGEST_DAYS)


def rating(quality: int) -> fsrs.Rating:
    """Again under 3, then hard, good and easy."""
    return fsrs.Rating.Again if quality < PASSING else fsrs.Rating(quality - 1)


def _factor(decay: float) -> float:
    return math.pow(0.9, 1 / decay) - 1


def _last_seen(schedule: Schedule) -> datetime | None:
    """An imported card may not tell when it was asked last: its day and its interval do."""
    if schedule.last_reviewed is not None or not schedule.total_reviews:
        return schedule.last_reviewed
    day = schedule.scheduled_on - timedelta(days=schedule.interval_days)
    return datetime.combine(day, time(), tzinfo=UTC)


def _library(weights: Weights) -> fsrs.Scheduler:
    return _built(tuple(weights or DEFAULT_PARAMETERS))


@lru_cache(maxsize=64)
def _built(weights: tuple[float, ...]) -> fsrs.Scheduler:
    return fsrs.Scheduler(weights, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
