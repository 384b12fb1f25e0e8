"""What each scheduler would have foretold of a history, one review at a time, knowing only those before."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import fsrs_rs_python

from functions.assessments.flashcards.calibration.history import Answered, History
from functions.assessments.flashcards.calibration.rules import foretold
from functions.assessments.flashcards.scheduling import sm2
from functions.assessments.flashcards.scheduling.fsrs import (
    DEFAULT_WEIGHTS,
    Memory,
    Model,
    Weights,
    rate_quality,
)

_SM2_RETENTION = 0.9

# Bounds of the library `fsrs`. The optimiser reckons in single precision: a weight may lie a hair outside.
_MIN_WEIGHTS: Weights = (
    0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001, 0.001, 0.0, 0.0, 0.001,
    0.001, 0.001, 0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1,
)  # fmt: skip
_MAX_WEIGHTS: Weights = (
    100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5,
    5.0, 0.25, 0.9, 4.0, 1.0, 6.0, 2.0, 2.0, 0.8, 0.8,
)  # fmt: skip


def by_sm2(history: History) -> list[float]:
    """SM-2 foretells days, not chances. As in the srs-benchmark, recall is taken to be at 90 % when its
    interval is over, and to fall exponentially: 0.9 to the power of days by interval."""
    memory, intervals = sm2.Memory(), []
    for answer in history:
        intervals.append(memory.interval_days)
        memory = sm2.update_memory(memory, answer.quality)
    return [_SM2_RETENTION ** (history[place].days / intervals[place]) for place in foretold(history)]


def by_fsrs(history: History, weights: Weights | None) -> list[float]:
    model = Model.of(weights)
    memories = fsrs_rs_python.FSRS(list(model.weights)).historical_memory_states(_item(history))
    stored = [Memory(each.stability, each.difficulty) for each in memories]
    return [model.predict_recall(stored[place - 1], history[place].days) for place in foretold(history)]


def fitted(histories: Iterable[History], *, until: datetime) -> Weights:
    """FSRS's weights that foretell best the reviews up to an instant, within the library's bounds.

    Raises ValueError where the reviews give none.
    """
    ends = sorted((history[place].at, number, place) for number, history, place in _ends(histories, until))
    known = list(histories)
    items = [_item(known[number][: place + 1]) for _, number, place in ends]
    raw = fsrs_rs_python.FSRS(list(DEFAULT_WEIGHTS)).compute_parameters(items)
    return _bounded(raw)


def _ends(histories: Iterable[History], until: datetime) -> Iterable[tuple[int, History, int]]:
    for number, history in enumerate(histories):
        for place in foretold(history):
            if history[place].at <= until:
                yield number, history, place


def _item(history: Sequence[Answered]) -> fsrs_rs_python.FSRSItem:
    reviews = [fsrs_rs_python.FSRSReview(rate_quality(each.quality), each.days) for each in history]
    return fsrs_rs_python.FSRSItem(reviews)


def _bounded(raw: Sequence[float]) -> Weights:
    if len(raw) != len(DEFAULT_WEIGHTS) or not all(map(math.isfinite, raw)):
        raise ValueError("the optimiser gave no weights")
    bounds = zip(raw, _MIN_WEIGHTS, _MAX_WEIGHTS, strict=True)
    return tuple(min(most, max(least, weight)) for weight, least, most in bounds)
