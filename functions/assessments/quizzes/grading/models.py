"""Answers and what they earned."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

GradedBy = Literal["key", "model", "hand"]
Pending = Literal["model", "no_rubric", "code", "model_failed", "quota_exceeded"]


class Given(BaseModel):
    """What a learner gave as the answer to one question: the ids of options, or a text."""

    model_config = ConfigDict(frozen=True)

    selected_options: tuple[str, ...] = ()
    text_answer: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.selected_options and not self.text_answer.strip()


class Mark(BaseModel):
    """What an answer earned. `correct` means full points; it is None while `pending` says what is waited for,
    and the points are then provisional."""

    model_config = ConfigDict(frozen=True)

    points: float
    correct: bool | None
    graded_by: GradedBy | None = "key"
    pending: Pending | None = None
