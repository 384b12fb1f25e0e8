"""The task of processing, and what the retrieval service says of its end."""

from typing import ClassVar

from shared.messages import Event, Task


class ProcessDocument(Task):
    """Bring one run of processing a step further, and look again later until it is over."""

    name: ClassVar[str] = "document.process"
    group: ClassVar[str] = "courses"

    user: str
    document: str
    processing_id: str
    step: int = 0


class _ProcessingEnded(Event):
    """Published by the retrieval service. What it says is asked for again, so only the id is read."""

    document_id: str


class ProcessingCompleted(_ProcessingEnded):
    type: ClassVar[str] = "document.processing.completed"


class ProcessingRefused(_ProcessingEnded):
    type: ClassVar[str] = "document.processing.failed"
