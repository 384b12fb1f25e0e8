"""The task that advances a run of processing."""

from typing import ClassVar

from shared.messages import Task


class ProcessDocument(Task):
    """One step of a run of processing. Each schedules the next until the run has ended."""

    name: ClassVar[str] = "document.process"
    group: ClassVar[str] = "courses"

    user: str
    document: str
    processing_id: str
    step: int = 0
