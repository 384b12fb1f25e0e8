"""What is stored of a generation, beside what it made."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.messages import Task
from shared.model.protocol import Difficulty, QuestionType
from shared.store import Collection, Document


class Generation(Document):
    """The record of one attempt; it is made once, so tokens are counted once."""

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
    """What an order was answered with, so that asked for again it is answered the same."""

    result: dict[str, Any]
    expires_at: datetime


GENERATIONS = Collection("users/{user}/generations", Generation)
RESULTS = Collection("users/{user}/generation_results", GenerationResult)


class Adjustments(BaseModel):
    """How the user's own results changed what was asked for."""

    model_config = ConfigDict(frozen=True)

    difficulty_increased: bool = False
    difficulty_decreased: bool = False
    focus_areas: tuple[str, ...] = ()


class Order(Document):
    """What was asked for; `id` is the generation's. Kept in a job's `request`.

    `count` flashcards and `questions` of a quiz; `guidance` says what to dwell on, in the user's words. A
    `repeatable` order gives the first answer again.
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
        """The topic with what to dwell on."""
        return ". ".join(part for part in (self.topic, self.guidance) if part)

    @property
    def focus(self) -> tuple[str, ...]:
        return self.adjustments.focus_areas if self.adjustments else ()


class RunGeneration(Task):
    name: ClassVar[str] = "generation.run"
    group: ClassVar[str] = "assessments"

    user: str
    job: str
