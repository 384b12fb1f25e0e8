"""Quizzes as requests and answers have them."""

from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, JsonValue, StrictBool, StringConstraints

from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, Question
from functions.assessments.quizzes.questions.schemas import QuestionForTaker
from functions.assessments.quizzes.quizzes.models import Quiz, QuizSource, QuizType
from shared.web.schemas import Body, DocumentId, Instant, LongText, Name, View

Minutes = Annotated[int, Field(strict=True, ge=1, le=1440)]
Times = Annotated[int, Field(strict=True, ge=1, le=1000)]
Count = Annotated[int, Field(strict=True, ge=1, le=MAX_QUESTIONS)]
Percentage = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]


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


class _QuizFields(Body):
    """The fields that a user may set; those that the server sets are accepted and ignored."""

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
        default=None, description="The number of questions that each attempt draws at random; null takes all"
    )


class QuizIn(_QuizFields):
    """A new quiz of a course; `null` means no limit."""

    model_config = ConfigDict(json_schema_extra={"examples": [_QUIZ]})

    course: DocumentId
    title: Name


class QuizPatch(_QuizFields):
    """Only the fields that are sent change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Final review", "max_attempts": 2}]})

    course: DocumentId = Field(default_factory=str)
    title: Name = Field(default_factory=str)
    questions: tuple[DocumentId, ...] = Field(
        default=(),
        max_length=MAX_QUESTIONS,
        description="The ids of all questions, in their new order",
    )


class QuizView(View):
    """A quiz with its settings, without its questions."""

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


class QuizForTaker(QuizView):
    """A quiz with its questions, without the answers."""

    questions: tuple[QuestionForTaker, ...]

    @classmethod
    def of_questions(cls, quiz: Quiz, questions: list[Question]) -> Self:
        shown = tuple(QuestionForTaker.of(question.id, question) for question in questions)
        return cls(**dict(QuizView.of(quiz)), questions=shown)
