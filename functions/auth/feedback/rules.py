"""What a screenshot may be."""

from dataclasses import dataclass

from functions.auth.feedback.errors import NotAPicture, PictureTooLarge

MAX_PICTURE_BYTES = 5 * 1024 * 1024  # bytes
_KINDS = {b"\x89PNG\r\n\x1a\n": ("png", "image/png"), b"\xff\xd8\xff": ("jpg", "image/jpeg")}


@dataclass(frozen=True)
class Picture:
    content: bytes
    suffix: str
    content_type: str


def detect_picture(content: bytes) -> Picture:
    """Judged by what it holds, whatever it is called. Raises PictureTooLarge, NotAPicture."""
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureTooLarge
    for beginning, (suffix, content_type) in _KINDS.items():
        if content.startswith(beginning):
            return Picture(content, suffix, content_type)
    raise NotAPicture
