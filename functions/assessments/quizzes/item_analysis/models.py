"""Running sums over the completed attempts that had a question."""

from typing import Literal

from pydantic import Field

from shared.store import Document

Flag = Literal["poor_discrimination", "negative_discrimination", "too_easy", "too_hard"]


class ItemStats(Document):
    """The sums of one question.

    Scores are whole thousandths of the possible points, so that sums are exact in any order of addition. The
    sums of pairs cover the attempts that had other questions too: `rest` is the score on those. `chosen`
    counts by option.
    """

    quiz: str
    answers: int = 0
    score: int = 0
    pairs: int = 0
    pair_score: int = 0
    pair_score_squares: int = 0
    rest: int = 0
    rest_squares: int = 0
    products: int = 0
    chosen: dict[str, int] = Field(default_factory=dict)
