"""The task that works off a queued generation."""

from typing import ClassVar

from shared.messages import Task


class RunGeneration(Task):
    name: ClassVar[str] = "generation.run"
    group: ClassVar[str] = "assessments"

    user: str
    job: str
