"""The kind of a file: its declared type, checked against its first bytes."""

from pathlib import Path
from typing import Literal

from infra.local.retrieval.blocks import Unreadable

FileKind = Literal[
    "pdf", "word", "slides", "ebook", "opendocument", "rtf", "notebook", "markdown", "html", "text"
]  # fmt: skip

_TYPES: dict[str, FileKind] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "slides",
    "application/epub+zip": "ebook",
    "application/vnd.oasis.opendocument.text": "opendocument",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "application/x-ipynb+json": "notebook",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
}
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_OTHER_FORMATS = (
    b"%PDF-",
    b"PK\x03\x04",
    b"MZ\x90",
    b"\x7fELF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
)


def detect_file_kind(content_type: str, path: Path) -> FileKind:
    """Return the kind of a file.

    Raises Unreadable for an empty file, an unknown type, and content that is not what its type says.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Unreadable("The file is empty")
    kind = _parse_content_type(content_type.partition(";")[0].strip().lower())
    _CHECKS[kind](head)
    return kind


def _parse_content_type(content_type: str) -> FileKind:
    if content_type.startswith("image/"):
        raise Unreadable("Text in images can't be read here; upload a file with text")
    if kind := _TYPES.get(content_type):
        return kind
    if content_type.startswith("text/"):
        return "text"
    raise Unreadable(f"Files of the type {content_type or 'unknown'} are not read")


def _check_pdf(head: bytes) -> None:
    if b"%PDF-" not in head[:1024]:
        raise Unreadable("The file is not a PDF")


def _check_word(head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("The Word document is protected by a password, or has the old .doc format")
    if not head.startswith(b"PK\x03\x04"):
        raise Unreadable("The file is not a Word document")


def _check_slides(head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("The presentation is protected by a password, or has the old .ppt format")
    _check_archive(head, "a presentation")


def _check_archive(head: bytes, noun: str) -> None:
    if not head.startswith(b"PK\x03\x04"):
        raise Unreadable(f"The file is not {noun}")


def _check_rtf(head: bytes) -> None:
    if not head.startswith(b"{\\rtf"):
        raise Unreadable("The file is not RTF")


def _check_notebook(head: bytes) -> None:
    _check_text(head)
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise Unreadable("The file is not a notebook")


def _check_text(head: bytes) -> None:
    if head.startswith(_UNICODE_MARKS):
        return
    if b"\x00" in head or head.startswith(_OTHER_FORMATS):
        raise Unreadable("The file is not text")


_CHECKS = {
    "pdf": _check_pdf,
    "word": _check_word,
    "slides": _check_slides,
    "ebook": lambda head: _check_archive(head, "an e-book"),
    "opendocument": lambda head: _check_archive(head, "an OpenDocument text"),
    "rtf": _check_rtf,
    "notebook": _check_notebook,
    "markdown": _check_text,
    "html": _check_text,
    "text": _check_text,
}
