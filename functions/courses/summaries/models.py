"""What a summary is asked for, and the task of one that is queued."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.messages import Task


class SummaryOrder(BaseModel):
    model_config = ConfigDict(frozen=True)

    course: str
    document: str
    length: Literal["short", "medium", "long"]
    language: str


class RunSummary(Task):
    name: ClassVar[str] = "summary.run"
    group: ClassVar[str] = "courses"

    user: str
    job: str
