"""Comparison of the schedulers: the recall that each predicts of the same reviews, and its error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from functions.assessments.flashcards.calibration.history import Answered, History, group_histories
from functions.assessments.flashcards.calibration.models import (
    CALIBRATION,
    Calibration,
    Choice,
    Score,
)
from functions.assessments.flashcards.calibration.prediction import (
    fit_weights,
    predict_by_fsrs,
    predict_by_sm2,
)
from functions.assessments.flashcards.calibration.rules import (
    MIN_PREDICTIONS,
    PredictableReview,
    choose_weights,
    compute_score,
    list_predictable,
    split_by_time,
)
from functions.assessments.flashcards.scheduling.fsrs import Weights

Predict = Callable[[History], list[float]]

TOO_FEW = (
    f"There are fewer than {MIN_PREDICTIONS} reviews to compare the schedulers by; "
    "the first review of a card, and a second on the same day, do not count"
)
NOT_FITTED = "FSRS has not been fitted to your reviews yet"
TOO_FEW_HELD_OUT = "There are too few reviews to fit FSRS to some of them and test it on the others"
NO_BETTER = "FSRS's own weights predict your newest reviews at least as well"
NOT_FITTABLE = "No weights could be fitted to your reviews"


@dataclass(frozen=True)
class FitResult:
    """The figures of a calibration, and the weights to use from now on (None: FSRS's own)."""

    calibration: Calibration
    weights: Weights | None


@dataclass(frozen=True)
class ReviewLog:
    """The whole histories of a user's cards, and the predictable reviews of each."""

    cards: Sequence[History]
    predictable: Sequence[Sequence[PredictableReview]] = ()

    @classmethod
    def of(cls, answers: Sequence[Answered]) -> Self:
        cards = group_histories(answers)
        return cls(cards, [list_predictable(history) for history in cards])

    def flatten(self) -> list[PredictableReview]:
        return [review for reviews in self.predictable for review in reviews]

    def score(self, predict: Predict, after: datetime | None = None) -> Score:
        """Return the score over the reviews after an instant, or over all."""
        pairs = (
            (expected, each)
            for history, reviews in zip(self.cards, self.predictable, strict=True)
            if reviews and (after is None or reviews[-1].at > after)
            for expected, each in zip(predict(history), reviews, strict=True)
        )
        return compute_score((expected, each) for expected, each in pairs if after is None or each.at > after)


def compare_schedulers(
    log: ReviewLog, *, reviews: int, weights: Weights | None, now: datetime
) -> Calibration:
    """Compare SM-2 and FSRS with its own weights over all reviews, as neither was fitted to any of them."""
    number = len(log.flatten())
    plain = Calibration(id=CALIBRATION, as_of=now, reviews=reviews, predictions=number, reason=TOO_FEW)
    if number < MIN_PREDICTIONS:
        return plain
    return plain.model_copy(
        update={
            "sm2": log.score(predict_by_sm2),
            "fsrs_default": log.score(_predict_with(None)),
            "chosen": "current" if weights else "default",
            "reason": NOT_FITTED,
        }
    )


def calibrate(log: ReviewLog, *, reviews: int, current: Weights | None, now: datetime) -> FitResult:
    """Fit weights to the earlier reviews; use them from now on only if they predict the later ones best.

    They compete with FSRS's own weights and with the current ones.
    """
    split = split_by_time(log.flatten())
    if split is None:
        return _keep_current(log, reviews, current, now, TOO_FEW_HELD_OUT)
    try:
        fitted = fit_weights(log.cards, until=split.at)
    except ValueError:
        return _keep_current(log, reviews, current, now, NOT_FITTABLE)
    candidates: dict[Choice, Weights | None] = {"default": None, "fitted": fitted}
    if current is not None:
        candidates["current"] = current
    scores = {name: log.score(_predict_with(weights), split.at) for name, weights in candidates.items()}
    best = choose_weights({name: each.log_loss for name, each in scores.items()})
    figures = Calibration(
        id=CALIBRATION,
        as_of=now,
        reviews=reviews,
        predictions=split.held_out,
        held_out=True,
        sm2=log.score(predict_by_sm2, split.at),
        fsrs_default=scores["default"],
        fsrs_fitted=scores["current" if best == "current" else "fitted"],
        chosen=best,
        fitted_at=now,
        reason=NO_BETTER if best == "default" else None,
    )
    return FitResult(figures, candidates[best])


def _predict_with(weights: Weights | None) -> Predict:
    return lambda history: predict_by_fsrs(history, weights)


def _keep_current(
    log: ReviewLog, reviews: int, current: Weights | None, now: datetime, reason: str
) -> FitResult:
    plain = compare_schedulers(log, reviews=reviews, weights=current, now=now)
    return FitResult(plain.model_copy(update={"reason": reason, "fitted_at": now}), current)
