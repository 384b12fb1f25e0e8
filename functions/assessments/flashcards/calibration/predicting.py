"""What each scheduler would have foretold of a history, one review at a time, knowing only those before."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import fsrs
import fsrs_rs_python
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from functions.assessments.flashcards.calibration.history import Answered, History
from functions.assessments.flashcards.calibration.models import Weights
from functions.assessments.flashcards.calibration.rules import foretold
from functions.assessments.flashcards.scheduling import sm2
from functions.assessments.flashcards.scheduling.fsrs import rating, recall

_SM2_RETENTION = 0.9


def by_sm2(history: History) -> list[float]:
    """SM-2 foretells days, not chances. As in the srs-benchmark, recall is taken to be at 90 % when its
    interval is over, and to fall exponentially: 0.9 to the power of days by interval."""
    memory, intervals = sm2.Memory(), []
    for answer in history:
        intervals.append(memory.interval_days)
        memory = sm2.after(memory, answer.quality)
    return [_SM2_RETENTION ** (history[place].days / intervals[place]) for place in foretold(history)]


def by_fsrs(history: History, weights: Weights | None) -> list[float]:
    scheduler = fsrs_rs_python.FSRS(list(weights or DEFAULT_PARAMETERS))
    memories = scheduler.historical_memory_states(_item(history))
    return [
        recall(memories[place - 1].stability, history[place].days, weights=weights)
        for place in foretold(history)
    ]


def fitted(histories: Iterable[History], *, until: datetime) -> Weights:
    """FSRS's weights that foretell best the reviews up to an instant, within the library's bounds.

    Raises ValueError where the reviews give none.
    """
    ends = sorted((history[place].at, number, place) for number, history, place in _ends(histories, until))
    known = list(histories)
    items = [_item(known[number][: place + 1]) for _, number, place in ends]
    raw = fsrs_rs_python.FSRS(list(DEFAULT_PARAMETERS)).compute_parameters(items)
    weights = _bounded(raw)
    fsrs.Scheduler(weights)
    return weights


def _ends(histories: Iterable[History], until: datetime) -> Iterable[tuple[int, History, int]]:
    for number, history in enumerate(histories):
        for place in foretold(history):
            if history[place].at <= until:
                yield number, history, place


def _item(history: Sequence[Answered]) -> fsrs_rs_python.FSRSItem:
    reviews = [fsrs_rs_python.FSRSReview(rating(each.quality).value, each.days) for each in history]
    return fsrs_rs_python.FSRSItem(reviews)


def _bounded(raw: Sequence[float]) -> Weights:
    """In single precision, as the optimiser reckons, a weight at a bound may be a hair outside of it."""
    if len(raw) != len(DEFAULT_PARAMETERS) or not all(map(math.isfinite, raw)):
        raise ValueError("the optimiser gave no weights")
    bounds = zip(raw, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(most, max(least, weight)) for weight, least, most in bounds)
