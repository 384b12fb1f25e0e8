"""Item statistics as answers have them."""

from typing import Literal

from pydantic import Field

from functions.assessments.quizzes.quizzes.models import QuestionType
from shared.web.schemas import View

Flag = Literal["poor_discrimination", "negative_discrimination", "too_easy", "too_hard"]


class OptionStatisticsView(View):
    """How often an option was chosen: a wrong one that nobody takes is no distractor."""

    id: str
    text: str
    is_correct: bool
    chosen: int


class ItemStatisticsView(View):
    """`facility` is the mean share of the points; `discrimination` the correlation of the question's score
    with the score on the rest of its attempt, None where there is no spread to correlate."""

    answers: int
    facility: float | None = Field(examples=[0.72])
    discrimination: float | None = Field(examples=[0.31])
    flags: tuple[Flag, ...]
    options: tuple[OptionStatisticsView, ...]


class QuestionStatisticsView(View):
    """`statistics` are None until a completed attempt had the question."""

    question: str
    order: int
    question_text: str
    question_type: QuestionType
    statistics: ItemStatisticsView | None
