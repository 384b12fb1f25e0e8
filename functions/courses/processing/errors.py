"""Errors of processing."""

from shared.errors import Conflict, ProcessingFailed


class StillProcessing(Conflict):
    """The current run of processing has not ended."""

    message = "The document is still being processed; try again once that has ended"


class DocumentFailed(ProcessingFailed):
    """The last run of processing failed."""

    message = "The document could not be processed; process it again or upload another file"


class ContentLost(ProcessingFailed):
    """The retrieval service has lost the document."""

    message = "The content of this document is no longer available; process it again"
