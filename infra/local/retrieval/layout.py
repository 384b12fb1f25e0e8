"""Blocks from positioned lines: running heads are dropped, wrapped lines joined again.

Rules of thumb after the usual layout of books and slides: a larger or bold font is a heading, a fixed-width
font is code, a gap wider than the usual one between lines ends a paragraph.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from infra.local.retrieval.blocks import Block, clean, clean_line, dedent, merge_blocks
from infra.local.retrieval.plain import BULLET, format_list_item, looks_like_heading

_PAGE_NUMBER = re.compile(
    r"^\W*+(?:page|seite|p\.)?\s*+(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_WORD_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]++)-$")
_WORD_AFTER = re.compile(r"^[a-zà-ÿ]+")
_SENTENCE_END = (".", "!", "?", "…", ":", ";")
_MAX_HEADING_CHARS = 140


@dataclass(frozen=True)
class Line:
    """A printed line; `size` in points, `y` grows upwards, `x` and `y` are 0 where unknown."""

    text: str
    page: int
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    mono: bool = False


def build_blocks(pages: list[list[Line]]) -> list[Block]:
    """Build the blocks of all pages together, so that a paragraph may go on over a page."""
    lines = [line for page in _drop_running_lines(pages) for line in page]
    if not lines:
        return []
    style = _Style.measure(lines)
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and _continues(paragraphs[-1], line, style):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    compounds = _collect_compounds(lines)
    return merge_blocks(
        [
            _build_block(group, style, compounds, _get_next(paragraphs, index))
            for index, group in enumerate(paragraphs)
        ]
    )


def _get_next(paragraphs: list[list[Line]], index: int) -> list[Line] | None:
    return paragraphs[index + 1] if index + 1 < len(paragraphs) else None


@dataclass(frozen=True)
class _Style:
    """The usual style of a document: size of the body text, distance of its lines, their length."""

    size: float
    leading: float
    length: float

    @classmethod
    def measure(cls, lines: list[Line]) -> "_Style":
        """Measure the style of most of the text."""
        sizes: Counter[float] = Counter()
        for line in lines:
            if not line.mono:
                sizes[round(line.size, 1)] += len(line.text)
        body = sizes.most_common(1)[0][0] if sizes else 0.0
        gaps = Counter(
            round(upper.y - lower.y, 1)
            for upper, lower in pairwise(lines)
            if upper.page == lower.page and round(lower.size, 1) == body and 0 < upper.y - lower.y < 3 * body
        )
        lengths = [len(line.text) for line in lines if not line.mono and len(line.text) > 20]
        leading = min(
            (gap for gap, count in gaps.items() if count * 4 >= gaps.most_common(1)[0][1]), default=0.0
        )
        return cls(body, leading, median(lengths) if lengths else 80.0)


def _drop_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop headers, footers and page numbers: the outer lines that return at the same height."""
    seen = Counter(
        key for page in pages for key in {_make_running_key(line) for line in _list_outer_lines(page)}
    )
    needed = max(3, len(pages) // 4)
    return [
        [
            line
            for line in page
            if not (_is_page_number(page, line) or _is_running_line(page, line, seen, needed))
        ]
        for page in pages
    ]


def _is_running_line(page: list[Line], line: Line, seen: Counter[tuple[str, int]], needed: int) -> bool:
    return any(line is other for other in _list_outer_lines(page)) and seen[_make_running_key(line)] >= needed


def _list_outer_lines(page: list[Line]) -> list[Line]:
    return page[:2] + page[max(2, len(page) - 2) :]


def _make_running_key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text.strip().lower()), round(line.y / 6)


def _is_page_number(page: list[Line], line: Line) -> bool:
    outermost = line is page[0] or line is page[-1]
    return outermost and not line.mono and bool(_PAGE_NUMBER.match(line.text.strip()))


def _continues(paragraph: list[Line], line: Line, style: _Style) -> bool:
    last = paragraph[-1]
    if last.mono or line.mono:
        return last.mono == line.mono
    if BULLET.match(line.text) or _differs(last, line, style):
        return False
    if last.page != line.page:
        return _runs_on(last, line)
    gap = last.y - line.y
    if gap <= 0 or not style.leading:  # another column, or no positions: the words decide
        return _runs_on(last, line) or (not style.leading and len(last.text) > 0.75 * style.length)
    return gap <= 1.25 * style.leading * max(1.0, line.size / (style.size or 1.0))


def _differs(last: Line, line: Line, style: _Style) -> bool:
    return abs(last.size - line.size) > 0.6 or _is_heading_font(last, style) != _is_heading_font(line, style)


def _runs_on(last: Line, line: Line) -> bool:
    """Return whether a sentence goes on after a column or a page."""
    if " | " in last.text or " | " in line.text:
        return False
    return not last.text.rstrip().endswith(_SENTENCE_END) and line.text.lstrip()[:1].islower()


def _is_heading_font(line: Line, style: _Style) -> bool:
    return line.bold or line.size > style.size * 1.12


def _build_block(
    lines: list[Line], style: _Style, compounds: frozenset[str], following: list[Line] | None
) -> Block:
    page = lines[0].page
    if lines[0].mono:
        return Block("code", dedent("\n".join(_restore_indentation(lines))), page)
    text = _join_lines([line.text for line in lines], compounds)
    if _is_heading(lines, text, style, following):
        return Block("heading", clean_line(text), page)
    if " | " in text:
        return Block("table", clean_line(text), page)
    if BULLET.match(text):
        return Block("list", format_list_item(text), page)
    return Block("paragraph", clean_line(text), page)


def _restore_indentation(lines: list[Line]) -> list[str]:
    """Write code as it was typed: indentation and empty lines may be position, not characters.

    A fixed-width letter is 0.6 of its size wide.
    """
    left = min(line.x for line in lines)
    gaps = [
        0.0,
        *(upper.y - lower.y if upper.page == lower.page else 0.0 for upper, lower in pairwise(lines)),
    ]
    usual = min((gap for gap in gaps if gap > 0), default=0.0)
    return [
        "\n" * (gap > 1.6 * usual) + " " * round((line.x - left) / (0.6 * line.size or 1.0)) + line.text
        for line, gap in zip(lines, gaps, strict=True)
    ]


def _is_heading(lines: list[Line], text: str, style: _Style, following: list[Line] | None) -> bool:
    if len(text) > _MAX_HEADING_CHARS or not any(letter.isalpha() for letter in text):
        return False
    if all(_is_heading_font(line, style) for line in lines):
        return not text.rstrip().endswith((".", ",", ";"))
    if len(lines) > 1 or following is None or following[0].mono or BULLET.match(text):
        return False
    return looks_like_heading(clean_line(text)) and len(text) < 0.75 * style.length and len(following) > 1


def _join_lines(lines: list[str], compounds: frozenset[str]) -> str:
    parts = [lines[0].rstrip()]
    for raw in lines[1:]:
        line = raw.strip()
        parts[-1], seam = _choose_seam(parts[-1], line, compounds)
        parts += [seam, line]
    return "".join(parts)


def _choose_seam(text: str, line: str, compounds: frozenset[str]) -> tuple[str, str]:
    """Return the text before a line break as it goes on after it, and what stands between the two."""
    if text.endswith("\u00ad"):
        return text[:-1], ""
    before, after = _WORD_BEFORE.search(text), _WORD_AFTER.match(line)
    if before and after:
        whole = f"{before.group(1)}-{after.group()}".lower()
        return (text if whole in compounds else text[:-1]), ""
    return text, " "


def _collect_compounds(lines: list[Line]) -> frozenset[str]:
    """Collect words written with a hyphen within a line: they keep it where they are broken at it."""
    hyphenated = re.compile(r"[^\W\d_]+-[a-zà-ÿ]+")
    return frozenset(word.lower() for line in lines for word in hyphenated.findall(clean(line.text)))
