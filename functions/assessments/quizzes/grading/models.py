"""Answers, and the record of how they were graded."""

from datetime import datetime
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.store import Document

GradedBy = Literal["key", "model", "hand"]
Pending = Literal["model", "no_rubric", "code", "model_failed", "quota_exceeded"]
AppealStatus = Literal["pending", "raised", "upheld", "failed"]


def to_fraction(number: float) -> Fraction:
    """Return the number that the digits of the float say: 0.1 is 1/10."""
    return Fraction(repr(number))


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class AnswerContent(_Frozen):
    """A learner's answer to one question: the ids of the chosen options, or a text."""

    selected_options: tuple[str, ...] = ()
    text_answer: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.selected_options and not self.text_answer.strip()


class Mark(_Frozen):
    """The points of an answer.

    `correct` means full points. It is None while the answer is `pending`, which names the reason; the points
    are then provisional. `points` are rounded to hundredths; where these are not exact, `exact` is the
    fraction.
    """

    points: float
    correct: bool | None
    graded_by: GradedBy | None = "key"
    pending: Pending | None = None
    exact: str | None = None

    @property
    def exact_points(self) -> Fraction:
        return Fraction(self.exact) if self.exact else to_fraction(self.points)


class GradedPoint(_Frozen):
    """The points given for one point of the rubric, and the words of the answer that earned them."""

    text: str
    possible: float
    points: float
    quote: str
    comment: str


class ModelGrade(_Frozen):
    """One grade by the model; `points` are on the scale of the question."""

    generator: str
    points: float
    details: tuple[GradedPoint, ...]
    feedback: str
    graded_at: datetime


class Appeal(_Frozen):
    """An appeal against a grade.

    The status is `raised` if the second grade gave more points, which then count, `upheld` if it did not, and
    `failed` if the model gave no usable grade, so that the first one stands.
    """

    reason: str
    made_at: datetime
    status: AppealStatus = "pending"


class HandGrade(_Frozen):
    """A grade by a person."""

    points: float
    comment: str
    graded_at: datetime


class MarkingRecord(Document):
    """Every decision on one answer: at most two grades by the model (`runs`), an appeal, a grade by hand."""

    attempt: str
    question: str
    runs: tuple[ModelGrade, ...] = ()
    appeal: Appeal | None = None
    by_hand: HandGrade | None = None
