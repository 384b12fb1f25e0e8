"""Questions as the owner of the quiz sees them."""

from typing import Self

from functions.assessments.flashcards.cards.models import Difficulty
from functions.assessments.flashcards.cards.schemas import FlashcardCitation
from functions.assessments.quizzes.item_analysis.schemas import ItemStatisticsView
from functions.assessments.quizzes.questions.models import Question, QuestionType
from functions.assessments.quizzes.questions.rules import get_key
from shared.web.schemas import Instant, View


class OptionView(View):
    """An answer option with its key, for the quiz's author."""

    id: str
    text: str
    is_correct: bool


class RubricPointView(View):
    """A point of the rubric by which open answers are graded."""

    text: str
    points: float


class QuestionView(View):
    """A question as its owner sees it. `statistics` summarise its answers in completed attempts."""

    id: str
    quiz: str
    course: str
    question_text: str
    question_type: QuestionType
    points: float
    options: tuple[OptionView, ...]
    accepted_answers: tuple[str, ...]
    correct_answer: bool | float | None
    tolerance: float
    unit: str
    rubric: tuple[RubricPointView, ...]
    graded_by_model: bool
    explanation: str
    difficulty_level: Difficulty
    concept: str
    tags: tuple[str, ...]
    citation: FlashcardCitation | None
    confidence: float | None
    generator: str | None
    order: int
    statistics: ItemStatisticsView | None
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, question: Question, *, order: int, statistics: ItemStatisticsView | None = None) -> Self:
        special = {"options", "rubric", "citation", "correct_answer"}
        stored = {name: value for name, value in question if name in cls.model_fields and name not in special}
        return cls(
            **stored,
            options=tuple(OptionView(**dict(option)) for option in question.options),
            rubric=tuple(RubricPointView(**dict(point)) for point in question.rubric),
            citation=FlashcardCitation.of(question.citation),
            correct_answer=get_key(question),
            order=order,
            statistics=statistics,
        )
