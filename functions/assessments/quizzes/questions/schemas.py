"""Questions as requests send them, and as learners who take the quiz see them."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, StrictBool, StringConstraints

from functions.assessments.flashcards.cards.models import Difficulty
from functions.assessments.flashcards.cards.schemas import Tags
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, QuestionContent, QuestionType
from functions.assessments.quizzes.questions.rules import MAX_POINTS
from shared.language import say
from shared.web.problems import describe_pattern
from shared.web.schemas import Body, DocumentId, View

MAX_OPTIONS = 20
MAX_ACCEPTED_ANSWERS = 50
MAX_RUBRIC_POINTS = 20

QuestionText = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
OptionText = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
AcceptedAnswer = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Explanation = Annotated[str, StringConstraints(max_length=5000)]
_UNIT_PATTERN = describe_pattern(r"^[^\d\s].*$|^$", "A unit begins with a letter or a sign, such as kg or %")
Unit = Annotated[str, StringConstraints(max_length=30, pattern=_UNIT_PATTERN)]
Label = Annotated[str, StringConstraints(max_length=200)]
Points = Annotated[float, Field(strict=True, gt=0, le=MAX_POINTS, allow_inf_nan=False)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]

_NO_KEY = say("Write a number, or choose true or false", code="invalid")


def _check_key(value: Any) -> Any:
    """Check the type ahead of the union, so that an error names the field and not a member of the union."""
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and abs(value) < 1e308):
        return value
    raise ValueError(_NO_KEY)


Key = Annotated[StrictBool | Number | None, BeforeValidator(_check_key)]

_QUESTION: dict[str, JsonValue] = {
    "question_text": "What is the derivative of x²?",
    "question_type": "multiple_choice",
    "points": 5,
    "options": [{"text": "2x", "is_correct": True}, {"text": "x", "is_correct": False}],
    "explanation": "The power rule",
}


class OptionIn(Body):
    """An option. Send its `id` to keep it the same option for learners who have chosen it."""

    id: DocumentId | None = None
    text: OptionText
    is_correct: StrictBool = False


class RubricPointIn(Body):
    """A point of the rubric for grading an open answer, and what it is worth."""

    text: OptionText
    points: Points = 1.0


class _QuestionFields(Body):
    """The fields that a user may set; those that the server sets are accepted and ignored."""

    read_only: ClassVar[frozenset[str]] = frozenset(
        {
            "id", "quiz", "course", "citation", "confidence", "generator", "statistics", "created_at",
            "updated_at",
        }
    )  # fmt: skip

    points: Points | None = Field(default=None, description="Defaults to the points of the rubric, or 1")
    options: tuple[OptionIn, ...] = Field(default=(), max_length=MAX_OPTIONS)
    accepted_answers: tuple[AcceptedAnswer, ...] = Field(default=(), max_length=MAX_ACCEPTED_ANSWERS)
    correct_answer: Key = Field(
        default=None,
        description="A number if numeric; true or false makes the options of a true_false question",
    )
    tolerance: Annotated[Number, Field(ge=0)] = 0.0
    unit: Unit = Field(
        default="",
        description="The unit of a numeric answer, which learners may write or leave out",
        examples=["m/s²"],
    )
    rubric: tuple[RubricPointIn, ...] = Field(default=(), max_length=MAX_RUBRIC_POINTS)
    graded_by_model: StrictBool = False
    explanation: Explanation = ""
    difficulty_level: Difficulty = "medium"
    concept: Label = ""
    tags: Tags = ()
    order: Annotated[int, Field(strict=True, ge=1, le=MAX_QUESTIONS)] | None = Field(
        default=None,
        description="The place in the quiz, from 1; null appends a new question or keeps the place",
    )


class QuestionIn(_QuestionFields):
    """A new question; each type needs its own key: options, accepted answers or a rubric."""

    model_config = ConfigDict(json_schema_extra={"examples": [_QUESTION]})

    question_text: QuestionText
    question_type: QuestionType


class QuestionPatch(_QuestionFields):
    """Only the fields that are sent change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"points": 2, "order": 1}]})

    question_text: QuestionText = Field(default_factory=str)
    question_type: QuestionType = Field(default="multiple_choice")


class OptionForTaker(View):
    """An answer option without its key, for someone who takes the quiz."""

    id: str
    text: str


class QuestionForTaker(View):
    """A question as a learner who takes the quiz sees it, without anything that reveals the answer."""

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
