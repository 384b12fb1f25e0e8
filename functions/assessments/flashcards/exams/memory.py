"""What is expected of a card: FSRS-6's memory, reckoned ahead over answers that nobody gave yet.

The library `fsrs` reviews one card at one instant; a plan weighs thousands of reviews by whole days, each of
them known (`good`) or not (`again`). Both give the same figures.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from fsrs.scheduler import DEFAULT_PARAMETERS

_LEAST_STABILITY = 0.001
_LEAST_DIFFICULTY, _MOST_DIFFICULTY = 1.0, 10.0
_GOOD = 3


class Memory(NamedTuple):
    """`stability` is the days until recall is at 90 %, `difficulty` from 1 to 10."""

    stability: float
    difficulty: float


@dataclass(frozen=True)
class Model:
    """FSRS-6 with a learner's weights."""

    weights: tuple[float, ...] = DEFAULT_PARAMETERS

    @cached_property
    def _decay(self) -> float:
        return -self.weights[20]

    @cached_property
    def _factor(self) -> float:
        return math.pow(0.9, 1 / self._decay) - 1

    @cached_property
    def _rested_difficulty(self) -> float:
        """What difficulty slowly goes back to: that of an easy first answer."""
        return self.weights[4] - math.exp(self.weights[5] * 3) + 1

    def recall(self, memory: Memory, days: int) -> float:
        """The probability that the card is known so many days after its last review."""
        return math.pow(1 + self._factor * max(0, days) / memory.stability, self._decay)

    def first(self, *, known: bool) -> Memory:
        """After the very first answer."""
        rating = _GOOD if known else 1
        difficulty = self.weights[4] - math.exp(self.weights[5] * (rating - 1)) + 1
        return Memory(max(_LEAST_STABILITY, self.weights[rating - 1]), _bounded(difficulty))

    def after(self, memory: Memory, days: int, *, known: bool) -> Memory:
        """After an answer so many days, at least one, from the last."""
        grown = self._recalled(memory, days) if known else self._forgotten(memory, days)
        return Memory(max(_LEAST_STABILITY, grown), self._next_difficulty(memory.difficulty, known=known))

    def once_more(self, memory: Memory, days: int, *, until: int) -> float:
        """Expected recall on the day `until` with one more review on the day `days`, both after the last."""
        known = self.recall(memory, days)
        ahead = until - days
        better = self.recall(self.after(memory, days, known=True), ahead)
        worse = self.recall(self.after(memory, days, known=False), ahead)
        return known * better + (1 - known) * worse

    def _recalled(self, memory: Memory, days: int) -> float:
        w, (stability, difficulty) = self.weights, memory
        surprise = math.expm1((1 - self.recall(memory, days)) * w[10])
        growth = math.exp(w[8]) * (11 - difficulty) * math.pow(stability, -w[9])
        return stability * (1 + growth * surprise)

    def _forgotten(self, memory: Memory, days: int) -> float:
        w, (stability, difficulty) = self.weights, memory
        surprise = math.exp((1 - self.recall(memory, days)) * w[14])
        left = w[11] * math.pow(difficulty, -w[12]) * (math.pow(stability + 1, w[13]) - 1) * surprise
        return min(left, stability / math.exp(w[17] * w[18]))

    def _next_difficulty(self, difficulty: float, *, known: bool) -> float:
        change = 0.0 if known else self.weights[6] * 2
        moved = difficulty + (10 - difficulty) * change / 9
        return _bounded(self.weights[7] * self._rested_difficulty + (1 - self.weights[7]) * moved)


@lru_cache(maxsize=64)
def model_of(weights: tuple[float, ...] | None) -> Model:
    """The model with these weights, or with the library's own."""
    return Model(weights or DEFAULT_PARAMETERS)


def _bounded(difficulty: float) -> float:
    return min(_MOST_DIFFICULTY, max(_LEAST_DIFFICULTY, difficulty))
