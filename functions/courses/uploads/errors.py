"""What can be wrong with an upload."""

from collections.abc import Sequence

from shared.errors import Conflict, NotFound, PayloadTooLarge, UnsupportedMediaType, ValidationFailed


class UploadNotFound(NotFound):
    message = "There is no such upload, or it has expired"


class FileNotArrived(Conflict):
    message = "The file has not arrived in the object store yet"


class DuplicateFile(Conflict):
    message = "Another document of this course holds the same file"


class FileTooLarge(PayloadTooLarge):
    def __init__(self, limit: int) -> None:
        super().__init__(f"A document may have at most {limit:,} bytes")


class TypeNotAccepted(UnsupportedMediaType):
    """`accepted` are content types."""

    def __init__(self, accepted: Sequence[str]) -> None:
        super().__init__(f"The content is of none of the accepted types: {', '.join(accepted)}")


class TypeMismatch(UnsupportedMediaType):
    message = "The content is not of the type that was announced"


class ContentMismatch(ValidationFailed):
    """What arrived is not what was announced in `field`."""

    def __init__(self, field: str) -> None:
        super().__init__(details={field: ["The file that arrived has another"]})
