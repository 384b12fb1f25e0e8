"""Item statistics as answers have them."""

from typing import Literal

from pydantic import Field

from shared.web.schemas import View

Flag = Literal["poor_discrimination", "negative_discrimination", "too_easy", "too_hard"]


class OptionStatisticsView(View):
    id: str
    chosen: int


class ItemStatisticsView(View):
    """`facility` is the mean share of the points; `discrimination` the correlation of the question's score
    with the score on the rest of its attempt, None where there is no spread to correlate."""

    answers: int
    facility: float | None = Field(examples=[0.72])
    discrimination: float | None = Field(examples=[0.31])
    flags: tuple[Flag, ...]
    options: tuple[OptionStatisticsView, ...]
