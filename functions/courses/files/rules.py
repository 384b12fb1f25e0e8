"""Types of files by content, and safe names. The file name only tells texts apart: Markdown, HTML, plain."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from shared.text.invisible import keep_printable

HEAD_BYTES = 1024


@dataclass(frozen=True)
class FileKind:
    """A type of file."""

    document_type: str
    content_type: str


PDF = FileKind("pdf", "application/pdf")
DOCX = FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
PPTX = FileKind("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation")
EPUB = FileKind("epub", "application/epub+zip")
ODT = FileKind("odt", "application/vnd.oasis.opendocument.text")
RTF = FileKind("rtf", "application/rtf")
IPYNB = FileKind("ipynb", "application/x-ipynb+json")
TXT = FileKind("txt", "text/plain")
MD = FileKind("md", "text/markdown")
JPEG = FileKind("jpeg", "image/jpeg")
PNG = FileKind("png", "image/png")
HTML = FileKind("html", "text/html")

UPLOADED = (PDF, DOCX, TXT, MD, HTML, PPTX, EPUB, ODT, RTF, IPYNB, JPEG, PNG)
ALLOWED_TYPES = tuple(kind.content_type for kind in UPLOADED)
ALLOWED_ENDINGS = tuple(kind.document_type for kind in UPLOADED)
TEXTS = frozenset({TXT, MD})

_MAIN_PARTS = {
    re.compile(r"word/document\d*\.xml"): DOCX,
    re.compile(r"ppt/presentation\d*\.xml"): PPTX,
}
_MIMETYPES = {kind.content_type.encode(): kind for kind in (EPUB, ODT)}
_MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_HTML_TYPES = frozenset({HTML.content_type, "application/xhtml+xml"})
_OTHER_FORMATS = (b"%!ps", b"<svg")  # text, but for programs rather than people
_HTML = re.compile(
    rb"(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)*(<!doctype html|<html[\s>]|<head>|<body[\s>])", re.DOTALL
)
_BLANKS = b"\xef\xbb\xbf \t\r\n\x0c"
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME_CHARS = 200


def detect_binary_kind(head: bytes) -> FileKind | None:
    """Detect a binary type by the first bytes. A PDF's mark may follow some text, as readers allow."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"{\\rtf"):  # pictures in it may be no text
        return RTF
    before, mark, _ = head.partition(b"%PDF-")
    return PDF if mark and b"\x00" not in before and not before.startswith(b"MZ") else None


def detect_text_kind(head: bytes, *, file_name: str, content_type: str = "") -> FileKind | None:
    """Detect the type of a text by its head; None for other markup."""
    start = head.lstrip(_BLANKS).lower()
    if start.startswith(_OTHER_FORMATS):
        return None
    name = file_name.lower()
    is_markup = start.startswith(b"<") and (content_type in _HTML_TYPES or name.endswith(_HTML_SUFFIXES))
    if is_markup or _HTML.match(start):
        return HTML
    is_markdown = name.endswith(_MARKDOWN_SUFFIXES) or content_type == MD.content_type
    return MD if is_markdown else TXT


def detect_package_kind(names: Collection[str], mimetype: bytes) -> FileKind | None:
    """Detect what a ZIP archive is, by the names of its parts and the content of the one named `mimetype`."""
    if declared := _MIMETYPES.get(mimetype.strip()):
        return declared
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _MAIN_PARTS.items() if any(map(part.fullmatch, names))), None)
    return EPUB if "META-INF/container.xml" in names and "content.xml" not in names else None


def matches_declared_type(declared: str, kind: FileKind) -> bool:
    """Tell whether the declared content type fits the file; texts may be declared as any text."""
    if kind in TEXTS:
        return declared in {text.content_type for text in TEXTS}
    return declared == kind.content_type


def clean_file_name(name: str | None) -> str:
    """Clean a file name: no folders, no invisible characters; `document` if nothing is left."""
    last = re.split(r"[/\\]", name or "")[-1]
    visible = keep_printable(unicodedata.normalize("NFC", last)).strip(" .")
    return visible[:_MAX_NAME_CHARS] or "document"


def build_key_name(name: str) -> str:
    """Reduce a file name to the characters allowed in an object's key."""
    return _NOT_IN_KEYS.sub("_", name).strip("._-")[-100:].lstrip("._-") or "file"
