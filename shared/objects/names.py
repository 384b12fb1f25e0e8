"""Rules for keys, content types and the names of downloads: pure, and the same for every store."""

import re
from urllib.parse import quote

from shared.text.invisible import keep_printable

MAX_KEY_BYTES = 1024
MAX_SEGMENT_BYTES = 240

# The bucket deletes objects of these prefixes after some days (`temporary_objects` of infra/functions.yaml).
# It can select by prefix alone, so they come before the user.
EXPORTS = "exports/"
UPLOADS = "uploads/"

_CONTENT_TYPE = re.compile(r"[!-~][ -~]{0,254}")
_NOT_IN_QUOTES = re.compile(r'[^ -~]|["\\/%]')


class InvalidName(ValueError):
    """A key, prefix or content type that is invalid: a mistake of the caller."""


def list_user_prefixes(user_id: str) -> tuple[str, ...]:
    """Return the prefixes of all objects of a user, permanent ones first."""
    return tuple(f"{prefix}users/{user_id}/" for prefix in ("", EXPORTS, UPLOADS))


def check_key(key: str) -> str:
    """Return `key` if it is a path without traversal. Raises InvalidName."""
    if len(_encode(key)) > MAX_KEY_BYTES or not all(map(_is_segment, key.split("/"))):
        raise InvalidName("an object's key is a path of plain segments that end in no dot")
    return key


def check_prefix(prefix: str) -> str:
    """Return `prefix` if keys may begin with it; its last segment may be partial. Raises InvalidName."""
    *segments, last = prefix.split("/")
    if len(_encode(prefix)) > MAX_KEY_BYTES or not all(map(_is_segment, segments)) or not _is_text(last):
        raise InvalidName("a prefix is the beginning of a key")
    return prefix


def check_content_type(content_type: str) -> str:
    """Return `content_type` if it is valid in a header. Raises InvalidName."""
    if not _CONTENT_TYPE.fullmatch(content_type):
        raise InvalidName("a content type is at most 255 printable ASCII characters")
    return content_type


def format_attachment(download_name: str | None) -> str:
    """Format a Content-Disposition for saving rather than showing (RFC 6266, names by RFC 8187)."""
    if not download_name:
        return "attachment"
    name = keep_printable(download_name)
    plain = _NOT_IN_QUOTES.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_segment(segment: str) -> bool:
    size = len(_encode(segment))
    return 0 < size <= MAX_SEGMENT_BYTES and _is_text(segment) and not segment.endswith(".")


def _is_text(text: str) -> bool:
    return "\\" not in text and all(character.isprintable() for character in text)


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidName("a name is Unicode text") from error
