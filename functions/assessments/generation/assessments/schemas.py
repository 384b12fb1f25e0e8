"""Assessments as requests and answers have them."""

from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from functions.assessments.generation.assessments.models import Assessment, AssessmentStatus
from functions.assessments.generation.runs.schemas import DocumentIds, Language, QuestionTypes, Topic
from shared.model.protocol import Difficulty
from shared.web.schemas import Body, DocumentId, Instant, LongText, Name, View

_Count = Annotated[int, Field(ge=0, le=50, strict=True)]


class _Own(Body):
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"id", "status", "flashcard_count", "quiz_count", "created_at", "updated_at"}
    )

    description: LongText = ""
    topic: Topic = ""


class AssessmentIn(_Own):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "course": "7d9f2c1e-5f0a-4c55-9c8e-2f8d3a1b6c70",
                    "title": "Calculus midterm",
                    "description": "Everything up to the chain rule",
                    "topic": "Derivatives",
                }
            ]
        }
    )

    course: DocumentId
    title: Name


class AssessmentPatch(_Own):
    """Only what is sent changes; an assessment stays in its course."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Calculus final"}]})
    read_only: ClassVar[frozenset[str]] = _Own.read_only | {"course"}

    title: Name = ""


class AssessmentView(View):
    """The counts are of what it holds now."""

    id: str
    course: str
    title: str
    description: str
    topic: str
    status: AssessmentStatus
    flashcard_count: int
    quiz_count: int
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, assessment: Assessment, *, flashcards: int = 0, quizzes: int = 0) -> Self:
        return cls(**dict(assessment), flashcard_count=flashcards, quiz_count=quizzes)


class GenerateContent(Body):
    """What an assessment is to hold; `content` says what to dwell on. `use_adaptive` takes the user's own
    results into account: what is weak comes more often, and as hard as the user can take."""

    topic: Topic = ""
    content: Annotated[str, Field(max_length=2000)] = ""
    document_ids: DocumentIds = ()
    use_adaptive: bool = Field(default=False, strict=True)
    flashcard_count: _Count = 10
    quiz_questions: _Count = 10
    question_types: QuestionTypes = ("multiple_choice",)
    difficulty_level: Difficulty = "medium"
    language: Language = "en"

    @model_validator(mode="after")
    def _something_asked_for(self) -> Self:
        if not self.flashcard_count + self.quiz_questions:
            raise ValueError("ask for flashcards or quiz questions")
        return self

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "topic": "Calculus Derivatives",
                    "content": "Focus on power rule, product rule, and chain rule",
                    "document_ids": ["0b7e2f86-2a34-4f1b-8a86-3d9a6f1d2c55"],
                    "use_adaptive": True,
                    "flashcard_count": 20,
                    "quiz_questions": 15,
                    "difficulty_level": "medium",
                }
            ]
        }
    )
