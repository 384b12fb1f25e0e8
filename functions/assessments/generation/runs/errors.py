"""How a generation can fail."""

from shared.errors import Conflict, NotFound, ProcessingFailed, ValidationFailed


class NothingToReadFrom(ValidationFailed):
    """Every item quotes its source, so there must be a processed document."""

    def __init__(self) -> None:
        super().__init__(details={"document_ids": ["The course has no processed document to generate from"]})


class DocumentNotFound(NotFound):
    message = "There is no such document"

    def __init__(self, position: int) -> None:
        super().__init__(details={f"document_ids.{position}": [self.message]})


class DocumentOfAnotherCourse(ValidationFailed):
    def __init__(self, position: int) -> None:
        super().__init__(details={f"document_ids.{position}": ["This document belongs to another course"]})


class DocumentNotReady(Conflict):
    message = "A document is still being processed, or its processing failed"


class NothingUsable(ProcessingFailed):
    message = "Nothing could be made from these documents that holds to its source"


class NothingOnTopic(ProcessingFailed):
    def __init__(self, topic: str) -> None:
        super().__init__(f"No passage of these documents fits the topic “{topic}”")
