"""Size and type of a screenshot."""

from dataclasses import dataclass

from functions.auth.feedback.errors import NotAPicture, PictureTooLarge

MAX_PICTURE_BYTES = 5 * 1024 * 1024
_TYPES = {b"\x89PNG\r\n\x1a\n": ("png", "image/png"), b"\xff\xd8\xff": ("jpg", "image/jpeg")}


@dataclass(frozen=True)
class Picture:
    """A screenshot with the type of its content."""

    content: bytes
    suffix: str
    content_type: str


def detect_picture(content: bytes) -> Picture:
    """Detect the type by content, whatever the file name. Raises PictureTooLarge, NotAPicture."""
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureTooLarge
    for magic, (suffix, content_type) in _TYPES.items():
        if content.startswith(magic):
            return Picture(content, suffix, content_type)
    raise NotAPicture
