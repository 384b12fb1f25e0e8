"""Rules of calibration: what to fit on, how to score predictions, which weights to use."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from functions.assessments.flashcards.calibration.history import History
from functions.assessments.flashcards.calibration.models import Choice, Score

LEAST_PREDICTIONS = 20  # fewer say nothing
LEAST_HELD_OUT = 50
_TRAINED_SHARE = 0.8
_SURE = 1e-6  # log loss knows no certainty

# The bins of the srs-benchmark (open-spaced-repetition): days, reviews and lapses on logarithmic scales. They
# do not depend on what was predicted, so that no scheduler can choose its own.
_BY_DAYS = (2.48, 3.62, 2)
_BY_REVIEWS = (1.99, 1.89, 0)
_BY_LAPSES = (1.65, 1.73, 0)

Bin = tuple[float, float, float]


class Asked(NamedTuple):
    """A review that schedulers could foretell: not the card's first, and not the day's second."""

    at: datetime
    known: bool
    bin: Bin


class Split(NamedTuple):
    """The instant that parts what weights are fitted to from what they are judged by."""

    at: datetime
    trained: int
    held_out: int


def foretold(history: History) -> list[int]:
    """The places of the reviews that can be foretold."""
    return [place for place, answer in enumerate(history) if place and answer.days > 0]


def asked(history: History) -> list[Asked]:
    """The reviews at the places that `foretold` names."""
    found, lapses, reviews = [], 0, 1
    for place in foretold(history):
        answer = history[place]
        reviews += 1
        found.append(Asked(answer.at, answer.known, _bin(answer.days, reviews, lapses)))
        lapses += not answer.known
    return found


def split(reviews: Sequence[Asked]) -> Split | None:
    """After the earlier four fifths, by time; None where what is left to judge by is too little."""
    times = sorted(review.at for review in reviews)
    if not times:
        return None
    at = times[max(0, math.ceil(len(times) * _TRAINED_SHARE) - 1)]
    trained = sum(time <= at for time in times)
    held_out = len(times) - trained
    return Split(at, trained, held_out) if held_out >= LEAST_HELD_OUT else None


def score(predictions: Iterable[tuple[float, Asked]]) -> Score:
    """Of at least one prediction: the log loss, and the root mean square over bins of how far the mean
    prediction is from the share that was known, weighted by their reviews."""
    bins: Mapping[Bin, list[tuple[float, bool]]] = defaultdict(list)
    loss, number = 0.0, 0
    for expected, review in predictions:
        bounded = min(1 - _SURE, max(_SURE, expected))
        loss -= math.log(bounded if review.known else 1 - bounded)
        number += 1
        bins[review.bin].append((expected, review.known))
    squares = sum(
        sum(expected - known for expected, known in each) ** 2 / len(each) for each in bins.values()
    )
    return Score(log_loss=round(loss / number, 6), rmse_bins=round(math.sqrt(squares / number), 6))


def chosen(losses: Mapping[Choice, float]) -> Choice:
    """The weights that foretell best what none were fitted to; newer ones must be better, not as good."""
    order: tuple[Choice, ...] = ("current", "default", "fitted")
    return min((each for each in order if each in losses), key=losses.__getitem__)


def _bin(days: int, reviews: int, lapses: int) -> Bin:
    return (
        _step(days, *_BY_DAYS),
        _step(reviews, *_BY_REVIEWS),
        _step(lapses, *_BY_LAPSES) if lapses else 0.0,
    )


def _step(value: int, start: float, base: float, digits: int) -> float:
    return round(start * base ** math.floor(math.log(value, base)), digits)
