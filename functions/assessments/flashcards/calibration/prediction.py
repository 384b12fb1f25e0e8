"""Prediction of each review of a history by each scheduler, from the reviews before it alone."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import fsrs_rs_python

from functions.assessments.flashcards.calibration.history import Answered, History
from functions.assessments.flashcards.calibration.rules import find_predictable
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


def predict_by_sm2(history: History) -> list[float]:
    """Return the recall that SM-2 implies; it predicts days, not probabilities.

    As in the srs-benchmark, recall is taken to be at 90 % when the interval is over, and to fall
    exponentially: 0.9 to the power of days by interval.
    """
    memory, intervals = sm2.Memory(), []
    for answer in history:
        intervals.append(memory.interval_days)
        memory = sm2.update_memory(memory, answer.quality, days=None if answer.first else answer.days)
    return [_SM2_RETENTION ** (history[place].days / intervals[place]) for place in find_predictable(history)]


def predict_by_fsrs(history: History, weights: Weights | None) -> list[float]:
    """Return the recall, from 0 to 1, that FSRS predicts for each review; None means default weights."""
    model = Model.of(weights)
    memories = fsrs_rs_python.FSRS(list(model.weights)).historical_memory_states(_build_item(history))
    after = [Memory(each.stability, each.difficulty) for each in memories]
    return [
        model.predict_recall(after[place - 1], history[place].days) for place in find_predictable(history)
    ]


def fit_weights(histories: Iterable[History], *, until: datetime) -> Weights:
    """Return the weights that predict the reviews up to an instant best, within the library's bounds.

    Raises ValueError if the reviews give none.
    """
    ends = sorted(
        (history[place].at, number, place) for number, history, place in _list_training_ends(histories, until)
    )
    cards = list(histories)
    items = [_build_item(cards[number][: place + 1]) for _, number, place in ends]
    raw = fsrs_rs_python.FSRS(list(DEFAULT_WEIGHTS)).compute_parameters(items)
    return _bound_weights(raw)


def _list_training_ends(histories: Iterable[History], until: datetime) -> Iterable[tuple[int, History, int]]:
    for number, history in enumerate(histories):
        for place in find_predictable(history):
            if history[place].at <= until:
                yield number, history, place


def _build_item(history: Sequence[Answered]) -> fsrs_rs_python.FSRSItem:
    reviews = [fsrs_rs_python.FSRSReview(rate_quality(each.quality), each.days) for each in history]
    return fsrs_rs_python.FSRSItem(reviews)


def _bound_weights(raw: Sequence[float]) -> Weights:
    if len(raw) != len(DEFAULT_WEIGHTS) or not all(map(math.isfinite, raw)):
        raise ValueError("the optimiser returned no weights")
    bounds = zip(raw, _MIN_WEIGHTS, _MAX_WEIGHTS, strict=True)
    return tuple(min(upper, max(lower, weight)) for weight, lower, upper in bounds)
