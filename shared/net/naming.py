"""The media type and file name of a response, both made safe."""

from email.message import Message
from pathlib import PurePosixPath

from shared.text.invisible import keep_printable

MAX_FILE_NAME_BYTES = 200
NAMELESS = "download"
UNKNOWN_TYPE = "application/octet-stream"


def parse_media_type(content_type: str) -> str:
    """Return `text/html` of `Text/HTML; charset=utf-8`."""
    return content_type.partition(";")[0].strip().lower() or UNKNOWN_TYPE


def choose_file_name(disposition: str, path: str) -> str:
    """Return the name in Content-Disposition (RFC 6266), else the path's last segment, else `download`."""
    return _make_safe(_parse_disposition(disposition)) or _make_safe(path) or NAMELESS


def _parse_disposition(disposition: str) -> str:
    header = Message()
    header["Content-Disposition"] = disposition.replace("\r", "").replace("\n", "")
    try:
        return header.get_filename("")
    except ValueError:  # an unreadable part number or charset
        return ""


def _make_safe(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = keep_printable(last).strip(" .")
    return _shorten(printable)


def _shorten(name: str) -> str:
    """Cut the stem rather than the suffix, which tells the kind of file."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 16:
        stem, dot, suffix = name, "", ""
    room = MAX_FILE_NAME_BYTES - len(f"{dot}{suffix}".encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + suffix
