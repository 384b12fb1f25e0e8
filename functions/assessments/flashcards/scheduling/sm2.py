"""SM-2 as its author published it (Wozniak, 1990).

Source: https://super-memory.com/english/ol/sm2.htm
"""

import math
from typing import NamedTuple

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.models import PASSING, Answer
from functions.assessments.flashcards.scheduling.protocol import MAX_INTERVAL_DAYS, Step

_MIN_EASE = 1.3
_NOISE_DIGITS = 9  # 6 × 2.0 may be a hair over 12 in binary: that is no thirteenth day


class Memory(NamedTuple):
    """SM-2's state of a card, new by default."""

    ease_factor: float = 2.5
    interval_days: int = 0
    repetitions: int = 0


class Sm2:
    """Goes on from the interval that the card really had, whichever scheduler made it."""

    def advance(self, schedule: Schedule, answer: Answer) -> Step:
        before = Memory(schedule.ease_factor, schedule.interval_days, schedule.repetitions)
        ease_factor, interval_days, repetitions = update_memory(before, answer.quality)
        return Step({"ease_factor": ease_factor, "repetitions": repetitions}, interval_days)


def update_memory(memory: Memory, quality: int) -> Memory:
    """Return the memory after an answer of `quality` 0 to 5; under 3 it starts again, its ease unchanged."""
    if quality < PASSING:
        return Memory(memory.ease_factor, 1, 0)
    miss = 5 - quality
    ease = max(_MIN_EASE, memory.ease_factor + 0.1 - miss * (0.08 + miss * 0.02))
    repetitions = memory.repetitions + 1
    return Memory(ease, _next_interval(memory.interval_days, ease, repetitions), repetitions)


def _next_interval(interval_days: int, ease: float, repetitions: int) -> int:
    if repetitions <= 2:
        return 1 if repetitions == 1 else 6
    return min(MAX_INTERVAL_DAYS, math.ceil(round(interval_days * ease, _NOISE_DIGITS)))
