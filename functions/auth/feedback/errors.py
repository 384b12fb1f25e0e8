"""Errors of feedback."""

from shared.errors import PayloadTooLarge, UnsupportedMediaType


class NotAPicture(UnsupportedMediaType):
    message = "A screenshot must be a PNG or JPEG picture"

    def __init__(self) -> None:
        super().__init__(details={"screenshot": [self.message]})


class PictureTooLarge(PayloadTooLarge):
    message = "A screenshot may have at most 5 MB"

    def __init__(self) -> None:
        super().__init__(details={"screenshot": [self.message]})
