"""Errors of feedback."""

from shared.errors import NotFound, PayloadTooLarge, UnsupportedMediaType


class FeedbackNotFound(NotFound):
    """The user has sent no feedback of this id."""

    message = "There is no such feedback"


class NotAPicture(UnsupportedMediaType):
    """The screenshot is neither PNG nor JPEG."""

    message = "The screenshot is not a PNG or JPEG picture; attach one of these"

    def __init__(self) -> None:
        super().__init__(details={"screenshot": [self.message]})


class PictureTooLarge(PayloadTooLarge):
    """The screenshot is larger than `MAX_PICTURE_BYTES`."""

    message = "The screenshot is larger than 5 MB; attach a smaller one"

    def __init__(self) -> None:
        super().__init__(details={"screenshot": [self.message]})
