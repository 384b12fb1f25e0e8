"""Events of the retrieval service: processing has ended."""

from typing import ClassVar

from shared.messages import Event


class _ProcessingEnded(Event):
    """An end of processing. Only the id is read: the service is asked for the outcome."""

    document_id: str


class ProcessingCompleted(_ProcessingEnded):
    """The retrieval service has processed a document."""

    type: ClassVar[str] = "document.processing.completed"


class ProcessingRefused(_ProcessingEnded):
    """The retrieval service could not process a document."""

    type: ClassVar[str] = "document.processing.failed"
