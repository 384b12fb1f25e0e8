"""FSRS-6 in whole days: the memory of a card after each answer, and the recall and interval that follow.

In double precision and equal to the library `fsrs` to the last bit, so that a replay of stored reviews gives
the same schedule again (docs/adr/0013). Without learning steps and random fuzz.
Source: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple, Self

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.models import PASSING, Answer, count_elapsed_days
from functions.assessments.flashcards.scheduling.protocol import MAX_INTERVAL_DAYS, Step

Weights = tuple[float, ...]

DEFAULT_WEIGHTS: Weights = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip

_MIN_STABILITY = 0.001
_MIN_DIFFICULTY, _MAX_DIFFICULTY = 1.0, 10.0
_SM2_RETENTION = 0.9  # the recall that SM-2 aims at


class Rating(IntEnum):
    """FSRS's four ratings of an answer."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Memory(NamedTuple):
    """`stability` is the days until recall is at 90 %, `difficulty` from 1 to 10."""

    stability: float
    difficulty: float


@dataclass(frozen=True)
class Model:
    """FSRS-6 with a learner's weights."""

    weights: Weights = DEFAULT_WEIGHTS

    @classmethod
    def of(cls, weights: Weights | None) -> Self:
        """Return the model with these weights, or with FSRS's own where there are none."""
        return cls(weights or DEFAULT_WEIGHTS)

    def start_memory(self, rating: Rating) -> Memory:
        """Return the memory after a card's very first answer."""
        stability = max(_MIN_STABILITY, self.weights[rating - 1])
        return Memory(stability, _bound_difficulty(self._initial_difficulty(rating)))

    def update_memory(self, memory: Memory, days: float, rating: Rating) -> Memory:
        """Return the memory after an answer so many whole days after the last."""
        if days < 1:
            stability = self._same_day_stability(memory.stability, rating)
        elif rating == Rating.AGAIN:
            stability = self._forgotten_stability(memory, self.predict_recall(memory, days))
        else:
            stability = self._known_stability(memory, self.predict_recall(memory, days), rating)
        return Memory(max(_MIN_STABILITY, stability), self._next_difficulty(memory.difficulty, rating))

    def predict_recall(self, memory: Memory, days: float) -> float:
        """Return the probability that the card is known so many days after the last answer."""
        return math.pow(1 + self._factor * max(0, days) / memory.stability, self._decay)

    def predict_reviewed_recall(self, memory: Memory, days: int, *, until: int) -> float:
        """Return the recall to expect after `until` days with one more answer after `days`, good or again.

        Both are counted from the last answer; `days` is at least one.
        """
        recall, ahead = self.predict_recall(memory, days), until - days
        known = self.predict_recall(self.update_memory(memory, days, Rating.GOOD), ahead)
        forgotten = self.predict_recall(self.update_memory(memory, days, Rating.AGAIN), ahead)
        return recall * known + (1 - recall) * forgotten

    def predict_gain(self, memory: Memory, days: int, *, until: int) -> float:
        """Return what one more answer after `days` adds to the recall after `until` days."""
        return self.predict_reviewed_recall(memory, days, until=until) - self.predict_recall(memory, until)

    def compute_interval(self, memory: Memory, desired_retention: float) -> int:
        """Return the whole days, at least one, after which recall has fallen to the desired retention."""
        days = (memory.stability / self._factor) * (math.pow(desired_retention, 1 / self._decay) - 1)
        return min(max(round(days), 1), MAX_INTERVAL_DAYS)

    def convert_sm2(self, schedule: Schedule) -> Memory:
        """Return the memory with which FSRS goes on as SM-2 would.

        Recall is at 90 % when the interval is over, and the difficulty is the one at which an answer of
        `good` on that day multiplies the interval by the ease.
        """
        w, stability = self.weights, float(max(1, schedule.interval_days))
        growth = math.exp(w[8]) * math.pow(stability, -w[9]) * math.expm1((1 - _SM2_RETENTION) * w[10])
        return Memory(stability, _bound_difficulty(11 - (schedule.ease_factor - 1) / growth))

    def _known_stability(self, memory: Memory, recall: float, rating: Rating) -> float:
        w, (stability, difficulty) = self.weights, memory
        surprise = _exp((1 - recall) * w[10]) - 1
        growth = self._growth * (11 - difficulty) * math.pow(stability, -w[9]) * surprise
        if rating == Rating.HARD:
            growth *= w[15]
        elif rating == Rating.EASY:
            growth *= w[16]
        return stability * (1 + growth)

    def _forgotten_stability(self, memory: Memory, recall: float) -> float:
        w, (stability, difficulty) = self.weights, memory
        surprise = _exp((1 - recall) * w[14])
        left = w[11] * math.pow(difficulty, -w[12]) * (math.pow(stability + 1, w[13]) - 1) * surprise
        return min(left, stability / self._same_day_loss)

    def _same_day_stability(self, stability: float, rating: Rating) -> float:
        w = self.weights
        growth = _exp(w[17] * (rating - 3 + w[18])) * math.pow(stability, -w[19])
        return stability * (growth if rating == Rating.AGAIN else max(growth, 1.0))

    def _next_difficulty(self, difficulty: float, rating: Rating) -> float:
        change = -(self.weights[6] * (rating - 3))
        moved = difficulty + (10 - difficulty) * change / 9
        back = self.weights[7]  # the share by which each difficulty returns to that of an easy card
        return _bound_difficulty(back * self._easy_difficulty + (1 - back) * moved)

    def _initial_difficulty(self, rating: Rating) -> float:
        return self.weights[4] - _exp(self.weights[5] * (rating - 1)) + 1

    @cached_property
    def _decay(self) -> float:
        return -self.weights[20]

    @cached_property
    def _factor(self) -> float:
        return math.pow(0.9, 1 / self._decay) - 1

    @cached_property
    def _growth(self) -> float:
        return _exp(self.weights[8])

    @cached_property
    def _same_day_loss(self) -> float:
        return _exp(self.weights[17] * self.weights[18])

    @cached_property
    def _easy_difficulty(self) -> float:
        return self._initial_difficulty(Rating.EASY)


@dataclass(frozen=True)
class Fsrs:
    """The scheduler of a user who wants to recall `desired_retention` of what is asked."""

    desired_retention: float = 0.9
    model: Model = Model()

    def advance(self, schedule: Schedule, answer: Answer) -> Step:
        memory = compute_memory(schedule, answer, self.model)
        return Step(memory._asdict(), self.model.compute_interval(memory, self.desired_retention))


def compute_memory(schedule: Schedule, answer: Answer, model: Model) -> Memory:
    """Return the card's memory after the answer; a card that only SM-2 knows goes on from there.

    Days are the user's, as in fitting and in plans; a memory that was imported without any answer counts as
    never asked.
    """
    memory, rating = read_memory(schedule, model), rate_quality(answer.quality)
    if memory is None:
        return model.start_memory(rating)
    days = count_elapsed_days(schedule, answer)
    return model.update_memory(memory, math.inf if days is None else days, rating)


def read_memory(schedule: Schedule, model: Model) -> Memory | None:
    """Return the memory that is stored, or else the one that follows from SM-2's; None before any answer."""
    if schedule.stability is not None and schedule.difficulty is not None:
        return Memory(schedule.stability, schedule.difficulty)
    return model.convert_sm2(schedule) if schedule.total_reviews else None


def rate_quality(quality: int) -> Rating:
    """Return again for a quality under 3, else hard, good or easy."""
    return Rating.AGAIN if quality < PASSING else Rating(quality - 1)


def _exp(exponent: float) -> float:
    """Return what the library `fsrs` does: `math.exp` differs from it in the last bit."""
    return math.pow(math.e, exponent)


def _bound_difficulty(difficulty: float) -> float:
    return min(_MAX_DIFFICULTY, max(_MIN_DIFFICULTY, difficulty))
