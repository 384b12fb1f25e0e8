"""What a file is, judged by its content; its name only tells Markdown from plain text."""

import re
import unicodedata
from dataclasses import dataclass

HEAD_BYTES = 1024


@dataclass(frozen=True)
class FileKind:
    document_type: str
    content_type: str


PDF = FileKind("pdf", "application/pdf")
DOCX = FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
TXT = FileKind("txt", "text/plain")
MD = FileKind("md", "text/markdown")
JPEG = FileKind("jpeg", "image/jpeg")
PNG = FileKind("png", "image/png")
HTML = FileKind("html", "text/html")

UPLOADED = (PDF, DOCX, TXT, MD, JPEG, PNG)
ALLOWED_TYPES = tuple(kind.content_type for kind in UPLOADED)
TEXTS = frozenset({TXT, MD})

_MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_OTHER_FORMATS = (b"{\\rtf", b"%!ps", b"<svg")  # text, but meant for other readers than people
_HTML = re.compile(rb"(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)*(<!doctype html|<html[\s>])", re.DOTALL)
_BLANKS = b"\xef\xbb\xbf \t\r\n\x0c"
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME_CHARS = 200


def detect_binary_kind(head: bytes) -> FileKind | None:
    """The binary kind that the first bytes are a mark of. A PDF's may follow some text, as readers allow."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    before, mark, _ = head.partition(b"%PDF-")
    return PDF if mark and b"\x00" not in before and not before.startswith(b"MZ") else None


def detect_text_kind(head: bytes, *, file_name: str, content_type: str = "") -> FileKind | None:
    """Which kind of text begins with `head`; None for what is markup of another kind."""
    start = head.lstrip(_BLANKS).lower()
    if start.startswith(_OTHER_FORMATS):
        return None
    if _HTML.match(start):
        return HTML
    is_markdown = file_name.lower().endswith(_MARKDOWN_SUFFIXES) or content_type == MD.content_type
    return MD if is_markdown else TXT


def matches_declared_type(declared: str, kind: FileKind) -> bool:
    """Whether a file of this kind may bear the content type it was announced with."""
    if kind in TEXTS:
        return declared in {text.content_type for text in TEXTS}
    return declared == kind.content_type


def clean_file_name(name: str | None) -> str:
    """A file name without folders and without what can't be seen."""
    last = re.split(r"[/\\]", name or "")[-1]
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable()).strip(" .")
    return visible[:_MAX_NAME_CHARS] or "document"


def build_key_name(name: str) -> str:
    """What of a file's name may stand in the key of an object."""
    return _NOT_IN_KEYS.sub("_", name).strip("._-")[-100:].lstrip("._-") or "file"
