"""Quizzes and questions as requests and answers have them."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, StrictBool, StringConstraints

from functions.assessments.flashcards.cards.models import Difficulty
from functions.assessments.flashcards.cards.schemas import FlashcardCitation, Tags
from functions.assessments.quizzes.item_analysis.schemas import ItemStatisticsView
from functions.assessments.quizzes.quizzes.models import (
    MOST_QUESTIONS,
    Question,
    QuestionContent,
    QuestionType,
    Quiz,
    QuizSource,
    QuizType,
)
from functions.assessments.quizzes.quizzes.rules import MOST_POINTS, key_of
from shared.web.schemas import Body, DocumentId, Instant, LongText, Name, View

MOST_OPTIONS = 20
MOST_ACCEPTED = 50
MOST_RUBRIC_POINTS = 20

QuestionText = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
OptionText = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
AcceptedAnswer = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Explanation = Annotated[str, StringConstraints(max_length=5000)]
Label = Annotated[str, StringConstraints(max_length=200)]
Points = Annotated[float, Field(strict=True, gt=0, le=MOST_POINTS, allow_inf_nan=False)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=1440)]
Times = Annotated[int, Field(strict=True, ge=1, le=1000)]
Count = Annotated[int, Field(strict=True, ge=1, le=MOST_QUESTIONS)]
Percentage = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]


def _truth_or_number(value: Any) -> Any:
    """Tells it before the union does, so that errors name the field and nothing below it."""
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and abs(value) < 1e308):
        return value
    raise ValueError("must be a number, or true or false")


Key = Annotated[StrictBool | Number | None, BeforeValidator(_truth_or_number)]

_QUIZ: dict[str, JsonValue] = {
    "course": "7d9f2c1e-5f0a-4c55-9c8e-2f8d3a1b6c70",
    "title": "Calculus Final Review",
    "description": "Comprehensive review of calculus concepts",
    "quiz_type": "practice",
    "time_limit_minutes": 60,
    "passing_score": 70,
    "max_attempts": 3,
    "randomize_questions": True,
    "show_results_immediately": True,
}
_QUESTION: dict[str, JsonValue] = {
    "question_text": "What is the derivative of x²?",
    "question_type": "multiple_choice",
    "points": 5,
    "options": [{"text": "2x", "is_correct": True}, {"text": "x", "is_correct": False}],
    "explanation": "The power rule",
}


class _QuizFields(Body):
    """What the user may set; what the server sets may be sent back and is ignored."""

    read_only: ClassVar[frozenset[str]] = frozenset(
        {
            "id", "question_count", "assessment", "source", "generator", "confidence",
            "created_at", "updated_at",
        }
    )  # fmt: skip

    description: LongText = ""
    topic: Annotated[str, StringConstraints(max_length=500)] = ""
    quiz_type: QuizType = "practice"
    time_limit_minutes: Minutes | None = None
    passing_score: Percentage = 70.0
    max_attempts: Times | None = None
    randomize_questions: StrictBool = False
    show_results_immediately: StrictBool = True
    adaptive: StrictBool = False
    questions_per_attempt: Count | None = Field(
        default=None, description="Each attempt draws so many of the questions by chance; null takes all"
    )


class QuizIn(_QuizFields):
    model_config = ConfigDict(json_schema_extra={"examples": [_QUIZ]})

    course: DocumentId
    title: Name


class QuizPatch(_QuizFields):
    """Only what is sent changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Final review", "max_attempts": 2}]})

    course: DocumentId = Field(default_factory=str)
    title: Name = Field(default_factory=str)
    questions: tuple[DocumentId, ...] = Field(
        default=(), max_length=MOST_QUESTIONS, description="The ids of all its questions in a new order"
    )


class QuizView(View):
    id: str
    course: str
    title: str
    description: str
    topic: str
    quiz_type: QuizType
    time_limit_minutes: int | None
    passing_score: float = Field(examples=[70])
    max_attempts: int | None
    randomize_questions: bool
    show_results_immediately: bool
    adaptive: bool
    questions_per_attempt: int | None
    question_count: int
    assessment: str | None
    source: QuizSource
    generator: str | None
    confidence: float | None
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, quiz: Quiz) -> Self:
        stored = {name: value for name, value in quiz if name in cls.model_fields}
        return cls(**stored, question_count=len(quiz.questions))


class OptionIn(Body):
    """An `id` sent back keeps the option the same for those who have chosen it."""

    id: DocumentId | None = None
    text: OptionText
    is_correct: StrictBool = False


class RubricPointIn(Body):
    text: OptionText
    points: Points = 1.0


class _QuestionFields(Body):
    """What the user may set; what the server sets may be sent back and is ignored."""

    read_only: ClassVar[frozenset[str]] = frozenset(
        {
            "id", "quiz", "course", "citation", "confidence", "generator", "statistics", "created_at",
            "updated_at",
        }
    )  # fmt: skip

    points: Points | None = Field(default=None, description="1, or what the rubric's points add up to")
    options: tuple[OptionIn, ...] = Field(default=(), max_length=MOST_OPTIONS)
    accepted_answers: tuple[AcceptedAnswer, ...] = Field(default=(), max_length=MOST_ACCEPTED)
    correct_answer: Key = Field(
        default=None, description="A number for numeric; true or false makes the options of true_false"
    )
    tolerance: Annotated[Number, Field(ge=0)] = 0.0
    rubric: tuple[RubricPointIn, ...] = Field(default=(), max_length=MOST_RUBRIC_POINTS)
    graded_by_model: StrictBool = False
    explanation: Explanation = ""
    difficulty_level: Difficulty = "medium"
    concept: Label = ""
    tags: Tags = ()
    order: Annotated[int, Field(strict=True, ge=1, le=MOST_QUESTIONS)] | None = Field(
        default=None, description="Its place in the quiz, from 1; null leaves it, or puts it last"
    )


class QuestionIn(_QuestionFields):
    model_config = ConfigDict(json_schema_extra={"examples": [_QUESTION]})

    question_text: QuestionText
    question_type: QuestionType


class QuestionPatch(_QuestionFields):
    """Only what is sent changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"points": 2, "order": 1}]})

    question_text: QuestionText = Field(default_factory=str)
    question_type: QuestionType = Field(default="multiple_choice")


class OptionView(View):
    id: str
    text: str
    is_correct: bool


class RubricPointView(View):
    text: str
    points: float


class QuestionView(View):
    """A question as its owner sees it. `statistics` tell how it did in completed attempts."""

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
            correct_answer=key_of(question),
            order=order,
            statistics=statistics,
        )


class OptionForTaker(View):
    id: str
    text: str


class QuestionForTaker(View):
    """A question as whoever takes the quiz sees it: nothing of it tells the answer."""

    id: str
    question_text: str
    question_type: QuestionType
    points: float
    options: tuple[OptionForTaker, ...]

    @classmethod
    def of(cls, question_id: str, content: QuestionContent) -> Self:
        return cls(
            id=question_id,
            question_text=content.question_text,
            question_type=content.question_type,
            points=content.points,
            options=tuple(OptionForTaker(id=option.id, text=option.text) for option in content.options),
        )


class QuizForTaker(QuizView):
    """A quiz with its questions and without the answers."""

    questions: tuple[QuestionForTaker, ...]

    @classmethod
    def showing(cls, quiz: Quiz, questions: list[Question]) -> Self:
        shown = tuple(QuestionForTaker.of(question.id, question) for question in questions)
        return cls(**dict(QuizView.of(quiz)), questions=shown)
