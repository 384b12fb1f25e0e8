"""Calibrations, as they are stored."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.store import Collection, Document

Choice = Literal["default", "current", "fitted"]


class Score(BaseModel):
    """The error of predictions; less is better."""

    model_config = ConfigDict(frozen=True)

    log_loss: float
    rmse_bins: float


class Calibration(Document):
    """The scores of the schedulers over the same `predictions`.

    `reviews` is the number that the user had then. With `held_out`, no weights were fitted to the answers
    that were scored.
    """

    as_of: datetime
    reviews: int
    predictions: int = 0
    held_out: bool = False
    sm2: Score | None = None
    fsrs_default: Score | None = None
    fsrs_fitted: Score | None = None
    chosen: Choice = "default"
    fitted_at: datetime | None = None
    reason: str | None = None


CALIBRATION = "calibration"  # the id of the one document
CALIBRATIONS = Collection("users/{user}/study", Calibration, only=CALIBRATION)
