"""Errors of uploads."""

from collections.abc import Sequence

from shared.errors import Conflict, PayloadTooLarge, UnsupportedMediaType, ValidationFailed
from shared.language import say, say_size


class DuplicateFile(Conflict):
    """Another document of the course has the same bytes."""

    message = "Another document of this course has the same file; use that one"


class FileTooLarge(PayloadTooLarge):
    """The file is larger than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(say("The file is too large; a document has at most {size}", size=say_size(limit)))


class UploadTooLarge(PayloadTooLarge):
    """The file is larger than a request, and perhaps not than a document, may be. Limits are in bytes."""

    def __init__(self, *, of_request: int, of_document: int) -> None:
        super().__init__(
            say(
                "The file is too large to be sent in one request, which has at most {size};"
                " open an upload session (upload_session/) for files of up to {document}",
                size=say_size(of_request),
                document=say_size(of_document),
            )
        )


class TypeNotAccepted(UnsupportedMediaType):
    """The content is of another type than the `accepted` ones, which users know by their endings."""

    def __init__(self, accepted: Sequence[str]) -> None:
        endings = ", ".join(ending.upper() for ending in accepted)
        super().__init__(
            say("This type of file is not accepted; upload one of these: {types}", types=endings)
        )


class TypeMismatch(UnsupportedMediaType):
    """The content is of another type than declared."""

    message = "The uploaded file is not of the declared type; start a new upload with the right content_type"


class ContentMismatch(ValidationFailed):
    """The uploaded file differs from the value declared in `field`."""

    def __init__(self, field: str) -> None:
        super().__init__(
            details={
                field: [
                    "The uploaded file has a different value; upload the right file or start a new upload"
                ]
            }
        )
