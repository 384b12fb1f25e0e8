"""What is stored of a generation, beside its cards."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.messages import Task
from shared.model.protocol import Difficulty
from shared.store import Collection, Document


class Generation(Document):
    """The record of one generation; it is made once, so tokens are counted once."""

    course: str
    generator: str
    status: Literal["completed", "failed"]
    proposed: int = 0
    accepted: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    created_at: datetime


GENERATIONS = Collection("users/{user}/generations", Generation)


class Order(Document):
    """What was asked for; `id` is the generation's. Kept in a job's `request`."""

    course_id: str
    topic: str = ""
    count: int
    document_ids: tuple[str, ...] = ()
    difficulty_level: Difficulty = "medium"
    language: str = "en"


class RunGeneration(Task):
    name: ClassVar[str] = "generation.run"
    group: ClassVar[str] = "assessments"

    user: str
    job: str
