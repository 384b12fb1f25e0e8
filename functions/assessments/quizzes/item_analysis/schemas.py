"""Item statistics as answers have them."""

from pydantic import Field

from functions.assessments.quizzes.item_analysis.models import Flag
from functions.assessments.quizzes.questions.models import QuestionType
from shared.web.schemas import View


class OptionStatisticsView(View):
    """The number of times an option was chosen. A wrong option that nobody chooses distracts nobody."""

    id: str
    text: str
    is_correct: bool
    chosen: int


class ItemStatisticsView(View):
    """`facility` is the mean share of the points.

    `discrimination` is the correlation of the question's score with the score on the rest of its attempt,
    null if either never varies.
    """

    answers: int
    facility: float | None = Field(examples=[0.72])
    discrimination: float | None = Field(examples=[0.31])
    flags: tuple[Flag, ...]
    options: tuple[OptionStatisticsView, ...]


class QuestionStatisticsView(View):
    """A question with its statistics, null until a completed attempt had the question."""

    question: str
    order: int
    question_text: str
    question_type: QuestionType
    statistics: ItemStatisticsView | None
