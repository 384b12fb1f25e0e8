"""Orders, and the stored records and results of generations."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.model.protocol import Difficulty, QuestionType
from shared.store import Collection, Document


class Generation(Document):
    """The record of one attempt, created once so that its tokens are counted once."""

    course: str
    generator: str
    status: Literal["completed", "failed"]
    proposed: int = 0
    accepted: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    created_at: datetime


class GenerationResult(Document):
    """The result of a repeatable order, returned when the order is repeated."""

    result: dict[str, Any]
    expires_at: datetime


GENERATIONS = Collection("users/{user}/generations", Generation)
RESULTS = Collection("users/{user}/generation_results", GenerationResult)


class Adjustments(BaseModel):
    """Changes to an order that follow from the user's own results."""

    model_config = ConfigDict(frozen=True)

    difficulty_increased: bool = False
    difficulty_decreased: bool = False
    focus_areas: tuple[str, ...] = ()


class Order(Document):
    """The content that a user asks for; `id` is the generation's. Stored in a job's `request`.

    `count` flashcards and `questions` of a quiz; `guidance` names points to stress, in the user's words. A
    `repeatable` order gives its first result again.
    """

    course_id: str
    topic: str = ""
    guidance: str = ""
    title: str = ""
    count: int = 0
    questions: int = 0
    question_types: tuple[QuestionType, ...] = ("multiple_choice",)
    document_ids: tuple[str, ...] = ()
    difficulty_level: Difficulty = "medium"
    language: str = "en"
    assessment: str | None = None
    repeatable: bool = False
    adjustments: Adjustments | None = None

    @property
    def total(self) -> int:
        return self.count + self.questions

    @property
    def subject(self) -> str:
        """The topic together with the guidance."""
        return ". ".join(part for part in (self.topic, self.guidance) if part)

    @property
    def focus(self) -> tuple[str, ...]:
        return self.adjustments.focus_areas if self.adjustments else ()
