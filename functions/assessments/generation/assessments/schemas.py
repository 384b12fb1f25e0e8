"""Request and response bodies of assessments."""

from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, StringConstraints

from functions.assessments.generation.assessments.models import Assessment, AssessmentStatus
from shared.web.schemas import Body, DocumentId, Instant, LongText, Name, View

Topic = Annotated[str, StringConstraints(max_length=300)]


class _AssessmentBody(Body):
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"id", "status", "flashcard_count", "quiz_count", "created_at", "updated_at"}
    )

    description: LongText = ""
    topic: Topic = ""


class AssessmentIn(_AssessmentBody):
    """A new assessment in a course; `topic` is the default of what is generated for it."""

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


class AssessmentPatch(_AssessmentBody):
    """Changes of an assessment: only the fields sent. It stays in its course."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Calculus final"}]})
    read_only: ClassVar[frozenset[str]] = _AssessmentBody.read_only | {"course"}

    title: Name = ""


class AssessmentView(View):
    """An assessment, with its present numbers of flashcards and quizzes."""

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
