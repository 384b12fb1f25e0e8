"""What stands in the way of a document's content."""

from shared.errors import Conflict, ProcessingFailed


class StillProcessing(Conflict):
    message = "The document is still being processed"


class DocumentFailed(ProcessingFailed):
    message = "The document could not be processed"


class ContentLost(ProcessingFailed):
    message = "The retrieval service does not have this document any more; process it again"
