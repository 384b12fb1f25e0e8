"""PDF by pypdf: the lines of each page with their fonts and positions."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from infra.local.retrieval.blocks import MAX_TEXT_CHARS, TOO_LONG, Damaged, Parsed, Unreadable, require_text
from infra.local.retrieval.layout import Line, build_blocks

MAX_PAGES = 2_000
_MONO = re.compile(r"courier|mono|consol|menlo|code|typewriter|cmtt", re.IGNORECASE)
_BOLD = re.compile(r"bold|black|heavy|semibold|cmbx", re.IGNORECASE)
_BROKEN = "The PDF is damaged and could not be read"


def parse_pdf(path: Path, progress: Callable[[float], None]) -> Parsed:
    """Parse a PDF and report its progress in shares of 1.

    Raises Unreadable for a protected, damaged, overlong or scanned PDF.
    """
    try:
        with path.open("rb") as file:
            pages = list(_read_pages(file, progress))
            parsed = Parsed(build_blocks(pages), len(pages))
    except (MemoryError, Unreadable):
        raise
    except Exception as error:  # a damaged file may lead the parser to any
        raise Damaged(_BROKEN) from error
    return require_text(parsed, "The PDF has no text: it seems to be scanned images")


def _read_pages(file: Any, progress: Callable[[float], None]) -> Iterator[list[Line]]:
    from pypdf import PdfReader

    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("The PDF is protected by a password")
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise Unreadable(f"The PDF has {count:,} pages; at most {MAX_PAGES:,} are accepted")
    if not count:
        raise Damaged(_BROKEN)
    size = 0
    for number, page in enumerate(reader.pages, start=1):
        lines = _LineCollector(number).collect(page)
        size += sum(len(line.text) for line in lines)
        if size > MAX_TEXT_CHARS:
            raise Unreadable(TOO_LONG)
        yield lines
        page.clear()  # pypdf keeps what it has parsed
        progress(number / count)


class _Piece(NamedTuple):
    text: str
    x: float
    y: float
    size: float
    font: str


class _LineCollector:
    """A collector of the pieces that pypdf finds; a line has the font of most of its letters."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._lines: list[Line] = []
        self._pieces: list[_Piece] = []

    def collect(self, page: Any) -> list[Line]:
        """Collect the lines of the page."""
        page.extract_text(visitor_text=self._visit)
        self._end_line()
        return self._lines

    def _visit(self, text: str, matrix: Any, text_matrix: Any, font: Any, size: Any) -> None:
        x, y = _locate(matrix, text_matrix)
        name = str((font or {}).get("/BaseFont", ""))
        points = abs(float(size or 0)) * _measure_scale(matrix, text_matrix)
        *ended, rest = text.split("\n")
        for part in ended:
            self._pieces.append(_Piece(part, x, y, points, name))
            self._end_line()
        if rest:
            self._pieces.append(_Piece(rest, x, y, points, name))

    def _end_line(self) -> None:
        pieces, self._pieces = self._pieces, []
        while pieces and not pieces[0].text.strip():
            pieces.pop(0)
        if not pieces:
            return
        longest = max(pieces, key=lambda piece: len(piece.text.strip()))
        self._lines.append(
            Line(
                text="".join(piece.text for piece in pieces).rstrip(),
                page=self._page,
                x=pieces[0].x,
                y=longest.y,
                size=longest.size,
                bold=all(_BOLD.search(piece.font) for piece in pieces if piece.text.strip()),
                mono=bool(_MONO.search(longest.font)),
            )
        )


def _locate(matrix: Any, text_matrix: Any) -> tuple[float, float]:
    """Return where the text begins on the page: the text matrix within the page's own."""
    a, b, c, d, e, f = (float(value) for value in matrix)
    x, y = float(text_matrix[4]), float(text_matrix[5])
    return a * x + c * y + e, b * x + d * y + f


def _measure_scale(matrix: Any, text_matrix: Any) -> float:
    return abs(float(matrix[3]) or 1.0) * abs(float(text_matrix[3]) or 1.0)
