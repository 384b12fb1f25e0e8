"""What can be wrong with a file as a whole; what is wrong with a question stands in the answer."""

from shared.errors import PayloadTooLarge, ValidationFailed

LARGEST_FILE = 5 * 1024 * 1024  # bytes


class QuizFileTooLarge(PayloadTooLarge):
    message = f"A file of questions has at most {LARGEST_FILE:,} bytes"


class NotAQuiz(ValidationFailed):
    """The file cannot be read, is made to do harm, or holds nothing that can be imported."""

    def __init__(self, reason: str) -> None:
        super().__init__(details={"file": [reason]})


class Unusable(Exception):
    """This question cannot be imported, for the reason given."""
