"""The tasks that advance a run of processing."""

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


class FetchDocument(ProcessDocument):
    """A step of a run whose file is still to be fetched from the user's address."""

    name: ClassVar[str] = "document.fetch"
    queue: ClassVar[str] = "outside"
