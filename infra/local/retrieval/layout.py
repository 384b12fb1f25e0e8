"""Blocks from positioned lines: running heads are dropped, wrapped lines joined again.

Rules of thumb after the usual layout of books and slides: a larger or bold font is a heading, a fixed-width
font is code, a gap wider than the usual one between lines ends a paragraph.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from infra.local.retrieval.blocks import Block, clean_line, dedent, merge_blocks
from infra.local.retrieval.hyphens import Vocabulary
from infra.local.retrieval.lines import Line
from infra.local.retrieval.plain import BULLET, format_list_item, looks_like_heading
from infra.local.retrieval.reading_order import order_lines
from infra.local.retrieval.running_lines import drop_running_lines

_SENTENCE_END = (".", "!", "?", "…", ":", ";")
_CLOSED = (*_SENTENCE_END, ")", '"', "”", "»", "“", "’")
_MAX_HEADING_CHARS = 140
_MAX_ASIDES = 6
_FORMULA = re.compile(r"\s[=→⇌≈≤≥]\s")
_MIN_ENTRIES = 4
_PUNCTUATION = frozenset(".,:;!?–—-=")
_CAPTION = re.compile(
    r"(?:Fig(?:ure|ur|ura|\.)|Table(?:au)?|Tab\.|Abb(?:ildung|\.)|Tabelle|Tabla|Tabela|Rysunek|Box|Listing|图|表)\s?[A-Z]?\d",
)
_NOTE_MARK = re.compile(r"[*†‡§¶¹²³⁴-⁹]|\d{1,3}\b")


def build_blocks(pages: list[list[Line]]) -> list[Block]:
    """Build the blocks of all pages together, so that a paragraph may go on over a page."""
    pages = [page for page in drop_running_lines(pages) if page]
    if not pages:
        return []
    style = _Style.measure([line for page in pages for line in page])
    lines = [line for page in pages for line in order_lines(page, style.size)]
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and _continues(paragraphs[-1], line, style):
            paragraphs[-1].append(line)
        elif paragraphs and _hangs(paragraphs[-1], line):
            paragraphs.append([paragraphs[-1].pop(), line])
        else:
            paragraphs.append([line])
    paragraphs = _close_over_asides(paragraphs, style)
    vocabulary = Vocabulary(line.text for line in lines)
    for paragraph in _find_entries(paragraphs):
        paragraph[0] = _mark_term(paragraph[0])
    return merge_blocks(
        [
            _build_block(group, style, vocabulary, _get_next(paragraphs, index))
            for index, group in enumerate(paragraphs)
        ]
    )


def _close_over_asides(paragraphs: list[list[Line]], style: "_Style") -> list[list[Line]]:
    """Join a paragraph that captions or footnotes interrupt; they follow it."""
    closed: list[list[Line]] = []
    for paragraph in paragraphs:
        asides = 0
        while asides < min(_MAX_ASIDES, len(closed)) and _is_aside(closed[-1 - asides]):
            asides += 1
        before = closed[-1 - asides] if 0 < asides < len(closed) else None
        if before and not _is_aside(paragraph) and _goes_on(before[-1], paragraph[0], style):
            before += paragraph
        else:
            closed.append(paragraph)
    return closed


def _find_entries(paragraphs: list[list[Line]]) -> Iterator[list[Line]]:
    """Yield the entries of glossaries: several paragraphs in a row that begin with a term in bold."""
    for _, run in groupby(paragraphs, key=lambda lines: lines[0].lead > 0 and not _is_aside(lines)):
        entries = list(run)
        if len(entries) >= _MIN_ENTRIES and entries[0][0].lead:
            yield from entries


def _mark_term(line: Line) -> Line:
    """Write the colon that the bold letters of a term stand for."""
    term, rest = line.text[: line.lead], line.text[line.lead :]
    if not rest.startswith(" ") or not term[-1:].isalnum() or rest.lstrip()[:1] in _PUNCTUATION:
        return line
    return replace(line, text=f"{term}:{rest}")


def _is_aside(paragraph: list[Line]) -> bool:
    return paragraph[0].note or bool(_CAPTION.match(paragraph[0].text))


def _goes_on(last: Line, line: Line, style: "_Style") -> bool:
    return not (last.mono or line.mono or _differs(last, line, style)) and _runs_on(last, line)


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


def _continues(paragraph: list[Line], line: Line, style: _Style) -> bool:
    last = paragraph[-1]
    if last.mono or line.mono:
        return last.mono == line.mono
    if last.row or line.row or last.note != line.note or _differs(last, line, style):
        return False
    if _begins_item(paragraph, line):
        return False
    if last.page != line.page:
        return _runs_on(last, line)
    gap = last.y - line.y
    if gap <= 0 or not style.leading:  # another column, or no positions: the words decide
        return _runs_on(last, line) or (not style.leading and len(last.text) > 0.75 * style.length)
    near = gap <= 1.25 * style.leading * max(1.0, line.size / (style.size or 1.0))
    return near and not _is_next_note(last, line) and not _is_indented_anew(paragraph, line)


def _is_next_note(last: Line, line: Line) -> bool:
    return line.note and bool(_NOTE_MARK.match(line.text)) and _ends(last)


def _begins_item(paragraph: list[Line], line: Line) -> bool:
    """Return whether the line begins an item; "(b)" within a full paragraph does not."""
    found = BULLET.match(line.text)
    if not found:
        return False
    last = paragraph[-1]
    within = last.page == line.page and 0 < last.y - line.y < 1.5 * line.size and abs(last.x - line.x) < 1
    full = last.right > 0 and last.right > max(line.right, *(each.right for each in paragraph)) - line.size
    return not (found.group().strip()[-1] in ".)" and within and full)


def _hangs(paragraph: list[Line], line: Line) -> bool:
    """Return whether the last line was the first of an entry whose other lines are indented."""
    if len(paragraph) < 2 or paragraph[-1].page != line.page or line.lead or _ends(paragraph[-1]):
        return False
    last, before = paragraph[-1], paragraph[-2]
    level = abs(last.x - before.x) < 1 and 0 < last.y - line.y < 1.5 * line.size
    indented = 0.8 * line.size <= line.x - last.x <= 4 * line.size
    return level and indented and _ends(before) and abs(last.size - line.size) <= 0.6


def _ends(line: Line) -> bool:
    return line.text.rstrip().endswith(_CLOSED)


def _is_indented_anew(paragraph: list[Line], line: Line) -> bool:
    """Return whether the line begins a paragraph by its indentation, its bold lead or a short line before."""
    last = paragraph[-1]
    shift = line.x - last.x
    level = abs(shift) < 0.8 * line.size
    if (
        line.lead
        and (last.lead or len(paragraph) > 1)
        and ((shift < 0 and not level) or (level and last.lead))
    ):
        return True
    ended = _ends(last)
    if level:
        return ended and last.right < line.right - 0.3 * (line.right - line.x) and bool(last.right)
    if BULLET.match(paragraph[0].text):
        return False
    if len(paragraph) > 1 and abs(last.x - paragraph[-2].x) < 0.8 * line.size:
        return ended or shift > 0
    if shift > 0:  # a first line that hangs out, or a paragraph of one line
        return ended and last.right < line.right - 2 * line.size
    return len(paragraph) > 1 and ended


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
    lines: list[Line], style: _Style, vocabulary: Vocabulary, following: list[Line] | None
) -> Block:
    page = lines[0].page
    if lines[0].mono:
        return Block("code", dedent("\n".join(_restore_indentation(lines))), page)
    text = vocabulary.join_lines([line.text for line in lines])
    if lines[0].row:
        return Block("table", clean_line(text), page)
    if _is_heading(lines, text, style, following):
        return Block("heading", clean_line(text), page)
    if " | " in text and not text.startswith("|"):
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
    if (
        len(text) > _MAX_HEADING_CHARS
        or not any(letter.isalpha() for letter in text)
        or _FORMULA.search(text)
    ):
        return False
    if all(_is_heading_font(line, style) for line in lines):
        return not text.rstrip().endswith((".", ",", ";"))
    if len(lines) > 1 or lines[0].lead or following is None or following[0].mono or BULLET.match(text):
        return False
    return looks_like_heading(clean_line(text)) and len(text) < 0.75 * style.length and len(following) > 1
