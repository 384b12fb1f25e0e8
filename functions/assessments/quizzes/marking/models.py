"""Verdicts as they are stored."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.store import Document

AppealStatus = Literal["pending", "raised", "upheld", "failed"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class PointVerdict(_Part):
    """What was given for one point of the rubric, and the words of the answer that it stands on."""

    text: str
    possible: float
    points: float
    quote: str
    comment: str


class Run(_Part):
    """One look of the model at an answer; `points` are the question's."""

    generator: str
    points: float
    details: tuple[PointVerdict, ...]
    feedback: str
    graded_at: datetime


class Appeal(_Part):
    """`raised` where the second look gave more points, which then count; `failed` where the model gave no
    usable answer, and the first look stands."""

    reason: str
    made_at: datetime
    status: AppealStatus = "pending"


class HandGrade(_Part):
    points: float
    comment: str
    graded_at: datetime


class Verdict(Document):
    """All that was decided on one answer: at most two runs of the model, an appeal, a grade by hand."""

    attempt: str
    question: str
    runs: tuple[Run, ...] = ()
    appeal: Appeal | None = None
    by_hand: HandGrade | None = None
