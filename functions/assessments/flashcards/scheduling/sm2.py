"""SM-2 as its author published it (Wozniak, 1990), and for answers that come early.

SM-2 knows answers on their day only. It lets the first day that has passed earn six; so an early answer lets
the interval grow as if six times the days that have really passed were all that had been waited for. An
answer on the day of the last one, the final drill of Wozniak, leaves the interval as it is.
Source: https://super-memory.com/english/ol/sm2.htm
"""

import math
from typing import NamedTuple

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.models import PASSING, Answer, count_elapsed_days
from functions.assessments.flashcards.scheduling.protocol import MAX_INTERVAL_DAYS, Step

_MIN_EASE = 1.3
_SECOND_INTERVAL_DAYS = 6
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
        after = update_memory(before, answer.quality, days=count_elapsed_days(schedule, answer))
        return Step({"ease_factor": after.ease_factor, "repetitions": after.repetitions}, after.interval_days)


def update_memory(memory: Memory, quality: int, *, days: int | None = None) -> Memory:
    """Return the memory after an answer of `quality` 0 to 5; under 3 it starts again, its ease unchanged.

    `days` are those since the last answer; None means that the answer comes on its day.
    """
    if quality < PASSING:
        return Memory(memory.ease_factor, 1, 0)
    miss = 5 - quality
    ease = max(_MIN_EASE, memory.ease_factor + 0.1 - miss * (0.08 + miss * 0.02))
    repetitions = memory.repetitions + 1
    waited = memory.interval_days if days is None else days
    return Memory(ease, _next_interval(memory.interval_days, ease, repetitions, waited), repetitions)


def _next_interval(interval_days: int, ease: float, repetitions: int, days: int) -> int:
    if repetitions == 1:
        return 1
    if days == 0:
        return max(1, interval_days)
    if repetitions == 2 or interval_days <= 1:  # one day is the first interval, however often it was asked on
        return _SECOND_INTERVAL_DAYS
    earned = _SECOND_INTERVAL_DAYS * days
    grown = interval_days * ease if earned >= interval_days else interval_days + earned * (ease - 1)
    return min(MAX_INTERVAL_DAYS, math.ceil(round(grown, _NOISE_DIGITS)))
