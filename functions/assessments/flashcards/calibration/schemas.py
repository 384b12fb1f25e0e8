"""Response bodies of the calibration."""

from typing import Literal, Self

from functions.assessments.flashcards.calibration.models import Calibration, Score
from shared.web.schemas import Instant, View

EvaluatedOn = Literal["all", "held_out"]


class SchedulerScore(View):
    """The error of a scheduler; less is better.

    `rmse_bins` groups reviews by days, reviews and lapses, as the srs-benchmark does.
    """

    log_loss: float
    rmse_bins: float

    @classmethod
    def of(cls, score: Score | None) -> Self | None:
        return cls(**score.model_dump()) if score else None


class SchedulerCalibration(View):
    """The error of each scheduler over the same `evaluated_reviews`; null if there are too few.

    `evaluated_on` is `held_out` for the newest fifth, which no weights were fitted to, and `all` if FSRS was
    not fitted: neither SM-2 nor FSRS's own weights come from the user's reviews. `fitted_in_use` tells
    whether the fitted weights are used for scheduling, `reason` why they are not, or why figures are missing.
    """

    as_of: Instant
    total_reviews: int
    evaluated_reviews: int
    evaluated_on: EvaluatedOn
    sm2: SchedulerScore | None
    fsrs_default: SchedulerScore | None
    fsrs_fitted: SchedulerScore | None
    fitted_in_use: bool
    fitted_at: Instant | None
    reason: str | None

    @classmethod
    def of(cls, figures: Calibration) -> Self:
        return cls(
            as_of=figures.as_of,
            total_reviews=figures.reviews,
            evaluated_reviews=figures.predictions,
            evaluated_on="held_out" if figures.held_out else "all",
            sm2=SchedulerScore.of(figures.sm2),
            fsrs_default=SchedulerScore.of(figures.fsrs_default),
            fsrs_fitted=SchedulerScore.of(figures.fsrs_fitted),
            fitted_in_use=figures.chosen != "default",
            fitted_at=figures.fitted_at,
            reason=figures.reason,
        )
