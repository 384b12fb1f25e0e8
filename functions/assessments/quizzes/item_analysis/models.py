"""Running sums over the completed attempts that had a question."""

from pydantic import Field

from shared.store import Document


class ItemStats(Document):
    """Scores are whole thousandths of what could be had, so that sums are exact in whatever order they are
    added up. The sums of pairs are over attempts that had other questions too: `rest` is the score on those.
    `chosen` counts by option."""

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
