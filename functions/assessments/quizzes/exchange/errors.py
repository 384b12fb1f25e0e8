"""Errors of files as a whole; problems of single questions are listed in the answer."""

from shared.errors import PayloadTooLarge, ValidationFailed

MAX_FILE_BYTES = 5 * 1024 * 1024


class QuizFileTooLarge(PayloadTooLarge):
    """A file beyond the size that an import reads."""

    message = f"A file of questions has at most {MAX_FILE_BYTES:,} bytes"


class NotAQuiz(ValidationFailed):
    """The file cannot be read, is malicious, or has nothing to import."""

    def __init__(self, reason: str) -> None:
        super().__init__(details={"file": [reason]})


class UnusableContent(Exception):
    """A question or a document of the file cannot be imported, for the reason in the message."""
