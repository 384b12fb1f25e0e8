"""The task of a queued generation."""

from typing import ClassVar

from shared.messages import Task


class RunGeneration(Task):
    """Runs the generation of a job."""

    name: ClassVar[str] = "generation.run"
    group: ClassVar[str] = "assessments"

    user: str
    job: str
