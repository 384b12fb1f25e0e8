"""Errors of generation."""

from shared.errors import Conflict, NotFound, ProcessingFailed, ValidationFailed


class NothingToReadFrom(ValidationFailed):
    """The course has no processed document, and every item must quote one."""

    def __init__(self) -> None:
        message = "This course has no processed document; upload one, or wait until processing has ended"
        super().__init__(details={"document_ids": [message]})


class DocumentNotFound(NotFound):
    """The user has no document of this id."""

    message = "There is no such document"

    def __init__(self, position: int) -> None:
        super().__init__(details={f"document_ids.{position}": [self.message]})


class DocumentOfAnotherCourse(ValidationFailed):
    """The document belongs to another course than the order."""

    def __init__(self, position: int) -> None:
        message = "This document belongs to another course; choose documents of this course"
        super().__init__(details={f"document_ids.{position}": [message]})


class DocumentNotReady(Conflict):
    """A document of the order has no content yet, or none at all."""

    message = (
        "A document is still being processed, or its processing failed; try again later or process it again"
    )


class NothingUsable(ProcessingFailed):
    """No draft passed the gate."""

    message = "Nothing could be generated that these documents support; choose others or another topic"


class NothingOnTopic(ProcessingFailed):
    """No passage fits the topic of the order."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"No passage of these documents fits the topic “{topic}”; choose another topic")
