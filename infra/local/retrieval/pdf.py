"""PDF by pdfium: the lines of each page with their fonts and positions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

from infra.local.retrieval.blocks import MAX_TEXT_CHARS, TOO_LONG, Damaged, Parsed, Unreadable, require_text
from infra.local.retrieval.layout import build_blocks
from infra.local.retrieval.lines import Line

MAX_PAGES = 2_000
_BROKEN: Final = "The PDF is damaged and could not be read"
_SCANNED: Final = "The PDF has no text: it seems to be scanned images"
_UNMAPPED: Final = (
    "The PDF does not say which letters its fonts show, so its text can't be read; "
    "upload it as a Word document, or print it to PDF anew"
)
_MAX_UNMAPPED = 0.3  # of a page's glyphs: above, the page is not read
_MIN_READ = 0.5  # of the pages with glyphs: below, the document is not read


def parse_pdf(path: Path, progress: Callable[[float], None]) -> Parsed:
    """Parse a PDF and report its progress in shares of 1.

    Raises Unreadable for a protected, damaged, overlong or scanned PDF, and where fonts hide the letters.
    """
    try:
        pages = _Pages()
        for lines in _read_pages(path, pages, progress):
            pages.lines.append(lines)
        count = len(pages.lines)
        parsed = Parsed(build_blocks(pages.lines), count, count - pages.read, pages.images)
    except (MemoryError, Unreadable):
        raise
    except Exception as error:  # a damaged file may lead the parser to any
        raise Damaged(_BROKEN) from error
    if pages.unmapped and pages.unmapped > (1 - _MIN_READ) * (pages.unmapped + pages.read):
        raise Unreadable(_UNMAPPED)
    return require_text(parsed, _SCANNED)


@dataclass
class _Pages:
    """The lines of the pages, how many were read, how many have unmapped letters, and the images on them."""

    lines: list[list[Line]] = field(default_factory=list)
    read: int = 0
    unmapped: int = 0
    images: int = 0


def _read_pages(path: Path, pages: _Pages, progress: Callable[[float], None]) -> Iterator[list[Line]]:
    document = _open(path)
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise Unreadable(f"The PDF has {count:,} pages; at most {MAX_PAGES:,} are accepted")
        if not count:
            raise Damaged(_BROKEN)
        size = 0
        for number in range(1, count + 1):
            page = document[number - 1]
            lines = _read_page(page, number, pages)
            page.close()
            size += sum(len(line.text) for line in lines)
            if size > MAX_TEXT_CHARS:
                raise Unreadable(TOO_LONG)
            yield lines
            progress(number / count)
    finally:
        document.close()


def _open(path: Path) -> Any:
    import pypdfium2
    from pypdfium2 import raw

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        # The code may be an earlier file's: pdfium sets none for some damages.
        if error.err_code == raw.FPDF_ERR_PASSWORD and _mentions_encryption(path):
            raise Unreadable("The PDF is protected by a password") from error
        raise


def _mentions_encryption(path: Path) -> bool:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return data.find(b"/Encrypt") >= 0


def _read_page(page: Any, number: int, pages: _Pages) -> list[Line]:
    from infra.local.retrieval.glyphs import count_images, read_words
    from infra.local.retrieval.segments import build_lines

    text = read_words(page)
    pages.images += count_images(page)
    if text.unmapped > _MAX_UNMAPPED * text.glyphs:
        pages.unmapped += 1
        return []
    pages.read += bool(text.words)
    return build_lines(text.words, number)
