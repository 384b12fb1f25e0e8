"""How well the schedulers foretold a user's answers, as it is stored."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.store import Collection, Document

Choice = Literal["default", "current", "fitted"]


class Score(BaseModel):
    """How far predictions were from what happened; less is better."""

    model_config = ConfigDict(frozen=True)

    log_loss: float
    rmse_bins: float


class Calibration(Document):
    """The schedulers' scores over the same `predictions`. `reviews` is how many the user had then. Where
    `held_out`, no weights were fitted to the answers that these scores are of."""

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


CALIBRATIONS = Collection("users/{user}/study", Calibration)
CALIBRATION = "calibration"  # the id of the one document
