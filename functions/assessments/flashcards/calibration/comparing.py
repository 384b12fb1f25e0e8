"""The schedulers side by side: what each would have foretold of the same reviews, and how right that was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from functions.assessments.flashcards.calibration.history import Answered, History, histories
from functions.assessments.flashcards.calibration.models import (
    CALIBRATION,
    Calibration,
    Choice,
    Score,
)
from functions.assessments.flashcards.calibration.predicting import by_fsrs, by_sm2, fitted
from functions.assessments.flashcards.calibration.rules import (
    LEAST_PREDICTIONS,
    Asked,
    asked,
    chosen,
    score,
    split,
)
from functions.assessments.flashcards.scheduling.fsrs import Weights

Predict = Callable[[History], list[float]]

TOO_FEW = f"Fewer than {LEAST_PREDICTIONS} reviews can be judged: not a card's first, nor its second of a day"
NOT_FITTED = "FSRS has not been fitted to your reviews yet"
TOO_FEW_HELD_OUT = "There are too few reviews to fit FSRS to some of them and judge it by the others"
NO_BETTER = "FSRS's own weights foretell your newest reviews at least as well"
NOT_FITTABLE = "The optimiser found no weights for your reviews"


@dataclass(frozen=True)
class Fit:
    """What came of a fit: the figures, and the weights to use from now on (None: the library's own)."""

    calibration: Calibration
    weights: Weights | None


@dataclass(frozen=True)
class Log:
    """A user's whole histories, with what can be foretold of each."""

    cards: Sequence[History]
    asked: Sequence[Sequence[Asked]] = field(default=())

    @classmethod
    def of(cls, answers: Sequence[Answered]) -> "Log":
        cards = histories(answers)
        return cls(cards, [asked(history) for history in cards])

    def flat(self) -> list[Asked]:
        return [each for history in self.asked for each in history]

    def judged(self, predict: Predict, after: datetime | None = None) -> Score:
        """The score over the reviews after an instant, or over all."""
        pairs = (
            (expected, each)
            for history, reviews in zip(self.cards, self.asked, strict=True)
            if reviews and (after is None or reviews[-1].at > after)
            for expected, each in zip(predict(history), reviews, strict=True)
        )
        return score((expected, each) for expected, each in pairs if after is None or each.at > after)


def compared(log: Log, *, reviews: int, weights: Weights | None, now: datetime) -> Calibration:
    """The schedulers as they are, over all reviews: neither SM-2 nor FSRS's own weights come from them."""
    number = len(log.flat())
    plain = Calibration(id=CALIBRATION, as_of=now, reviews=reviews, predictions=number, reason=TOO_FEW)
    if number < LEAST_PREDICTIONS:
        return plain
    return plain.model_copy(
        update={
            "sm2": log.judged(by_sm2),
            "fsrs_default": log.judged(_fsrs(None)),
            "chosen": "current" if weights else "default",
            "reason": NOT_FITTED,
        }
    )


def fit(log: Log, *, reviews: int, current: Weights | None, now: datetime) -> Fit:
    """Weights fitted to the earlier reviews, used from now on only where they foretell the later ones better
    than the library's own, and than those in use."""
    parted = split(log.flat())
    if parted is None:
        return _unfitted(log, reviews, current, now, TOO_FEW_HELD_OUT)
    try:
        candidate = fitted(log.cards, until=parted.at)
    except ValueError:
        return _unfitted(log, reviews, current, now, NOT_FITTABLE)
    tried: dict[Choice, Weights | None] = {"default": None, "fitted": candidate}
    if current is not None:
        tried["current"] = current
    scores = {name: log.judged(_fsrs(weights), parted.at) for name, weights in tried.items()}
    best = chosen({name: each.log_loss for name, each in scores.items()})
    figures = Calibration(
        id=CALIBRATION,
        as_of=now,
        reviews=reviews,
        predictions=parted.held_out,
        held_out=True,
        sm2=log.judged(by_sm2, parted.at),
        fsrs_default=scores["default"],
        fsrs_fitted=scores["current" if best == "current" else "fitted"],
        chosen=best,
        fitted_at=now,
        reason=NO_BETTER if best == "default" else None,
    )
    return Fit(figures, tried[best])


def _fsrs(weights: Weights | None) -> Predict:
    return lambda history: by_fsrs(history, weights)


def _unfitted(log: Log, reviews: int, current: Weights | None, now: datetime, reason: str) -> Fit:
    plain = compared(log, reviews=reviews, weights=current, now=now)
    return Fit(plain.model_copy(update={"reason": reason, "fitted_at": now}), current)
