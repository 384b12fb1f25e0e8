"""Errors of a file of cards as a whole; errors of rows are listed in the response."""

from shared.errors import PayloadTooLarge, UnsupportedMediaType, ValidationFailed


class NotADeck(UnsupportedMediaType):
    """A file of a format that cannot be imported."""

    message = "The file is not an Anki package, a table or a JSON list of cards"


class Unreadable(ValidationFailed):
    """The file is of a known format, but damaged or malicious."""

    def __init__(self, reason: str) -> None:
        super().__init__(details={"file": [reason]})


class SizeMismatch(ValidationFailed):
    """The uploaded file has another size than was declared."""

    def __init__(self) -> None:
        text = "The uploaded file has a different value; upload the right file or start a new upload"
        super().__init__(details={"file_size_bytes": [text]})


class AlreadyQueued(Exception):
    """Another call has queued the import of an upload as `job`."""

    def __init__(self, job: str) -> None:
        super().__init__(job)
        self.job = job


class DeckTooLarge(PayloadTooLarge):
    """The file holds more than can be imported, packed or unpacked."""
