"""Rules of calibration: what to fit on, how to score predictions, which weights to use."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from functions.assessments.flashcards.calibration.history import History
from functions.assessments.flashcards.calibration.models import Choice, Score

MIN_PREDICTIONS = 20
MIN_HELD_OUT = 50
_TRAINED_SHARE = 0.8
_MIN_PROBABILITY = 1e-6  # log loss is infinite for certainty

# The bins of the srs-benchmark (open-spaced-repetition): days, reviews and lapses on logarithmic scales. They
# do not depend on the predictions, so that every scheduler has the same.
_DAY_STEPS = (2.48, 3.62, 2)
_REVIEW_STEPS = (1.99, 1.89, 0)
_LAPSE_STEPS = (1.65, 1.73, 0)

Bin = tuple[float, float, float]


class PredictableReview(NamedTuple):
    """A review that schedulers can predict: not the card's first, and not a second on the same day."""

    at: datetime
    known: bool
    bin: Bin


class Split(NamedTuple):
    """The instant up to which weights are fitted; later reviews test them."""

    at: datetime
    trained: int
    held_out: int


def find_predictable(history: History) -> list[int]:
    """Return the places of the reviews that can be predicted."""
    return [place for place, answer in enumerate(history) if place and answer.days > 0]


def list_predictable(history: History) -> list[PredictableReview]:
    """Return the reviews at the places that `find_predictable` returns."""
    predictable, lapses, reviews = [], 0, 1
    for place in find_predictable(history):
        answer = history[place]
        reviews += 1
        predictable.append(
            PredictableReview(answer.at, answer.known, _compute_bin(answer.days, reviews, lapses))
        )
        lapses += not answer.known
    return predictable


def split_by_time(reviews: Sequence[PredictableReview]) -> Split | None:
    """Return the split after the earliest four fifths; None if too few reviews are left to test by."""
    times = sorted(review.at for review in reviews)
    if not times:
        return None
    at = times[max(0, math.ceil(len(times) * _TRAINED_SHARE) - 1)]
    trained = sum(time <= at for time in times)
    held_out = len(times) - trained
    return Split(at, trained, held_out) if held_out >= MIN_HELD_OUT else None


def compute_score(predictions: Iterable[tuple[float, PredictableReview]]) -> Score:
    """Return the log loss, and the root mean square error over bins, of at least one prediction.

    The error of a bin is the difference between the mean prediction and the share of known answers; bins are
    weighted by their reviews.
    """
    bins: Mapping[Bin, list[tuple[float, bool]]] = defaultdict(list)
    loss, number = 0.0, 0
    for expected, review in predictions:
        bounded = min(1 - _MIN_PROBABILITY, max(_MIN_PROBABILITY, expected))
        loss -= math.log(bounded if review.known else 1 - bounded)
        number += 1
        bins[review.bin].append((expected, review.known))
    squares = sum(
        sum(expected - known for expected, known in each) ** 2 / len(each) for each in bins.values()
    )
    return Score(log_loss=round(loss / number, 6), rmse_bins=round(math.sqrt(squares / number), 6))


def choose_weights(losses: Mapping[Choice, float]) -> Choice:
    """Return the weights with the least loss; newer ones must be better, not as good."""
    order: tuple[Choice, ...] = ("current", "default", "fitted")
    return min((each for each in order if each in losses), key=losses.__getitem__)


def _compute_bin(days: int, reviews: int, lapses: int) -> Bin:
    return (
        _round_to_step(days, *_DAY_STEPS),
        _round_to_step(reviews, *_REVIEW_STEPS),
        _round_to_step(lapses, *_LAPSE_STEPS) if lapses else 0.0,
    )


def _round_to_step(value: int, start: float, base: float, digits: int) -> float:
    return round(start * base ** math.floor(math.log(value, base)), digits)
