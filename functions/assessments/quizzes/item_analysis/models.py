"""Running sums over the completed attempts that had a question."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.store import Document

Flag = Literal["poor_discrimination", "negative_discrimination", "too_easy", "too_hard"]


class ItemSums(BaseModel):
    """The sums of one question.

    Scores are whole thousandths of the possible points, so that sums are exact in any order of addition. The
    sums of pairs cover the attempts that had other questions too: `rest` is the score on those. `chosen`
    counts by option.
    """

    model_config = ConfigDict(frozen=True)

    answers: int = 0
    score: int = 0
    pairs: int = 0
    pair_score: int = 0
    pair_score_squares: int = 0
    rest: int = 0
    rest_squares: int = 0
    products: int = 0
    chosen: dict[str, int] = Field(default_factory=dict)


class QuizStats(Document):
    """The sums of the questions of the quiz that is its id, by question, so that an attempt writes once."""

    questions: dict[str, ItemSums] = Field(default_factory=dict)


class ItemStats(ItemSums, Document):
    """The sums of one question as earlier versions stored them. They count beside those of the quiz."""

    quiz: str
