"""Running heads, feet and page numbers: outer lines that return at the same height or count the pages."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from infra.local.retrieval.lines import Line

_PAGE_NUMBER = re.compile(
    r"^\W*+(?:page|seite|página|strona|p\.)?\s*+(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|de|z)\s*\d{1,4})?\W*$",
    re.IGNORECASE,
)
_OUTER_NUMBER = re.compile(r"^(\d{1,4})\b|\b(\d{1,4})$")
_DIGITS = re.compile(r"\d+")
_MIN_REPEATS = 3
_OUTER_ROWS = 2  # at the head of a page, and at its foot
_Key = tuple[object, int]


def drop_running_lines(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Drop running heads, feet and page numbers; `y` is the same for all lines where it is unknown."""
    body = _measure_body(pages)
    outer = [_list_outer_rows(page) for page in pages]
    seen = Counter(
        key
        for number, rows in enumerate(outer)
        for key in {key for row in rows for key in _list_keys(row, number)}
    )
    kept: list[list[Line]] = []
    for number, (page, rows) in enumerate(zip(pages, outer, strict=True)):
        dropped: set[int] = set()
        for position, row in enumerate(rows):
            outermost = position in {0, len(rows) - 1}
            large = max(line.size for line in row) > 1.1 * body
            repeats = max(_MIN_REPEATS, len(pages) // 4) if large else _MIN_REPEATS
            counted = max(_MIN_REPEATS, len(pages) // 3)  # footnotes may count with a few pages
            keys = _list_keys(row, number)
            if any(seen[key] >= (counted if isinstance(key[0], int) else repeats) for key in keys):
                dropped.update(id(line) for line in row)
            elif outermost:
                dropped.update(id(line) for line in row if _is_page_number(line) and not _is_of_table(row))
        kept.append([line for line in page if id(line) not in dropped])
    return kept


def _measure_body(pages: Sequence[list[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _list_outer_rows(page: list[Line]) -> list[list[Line]]:
    """List the first and last rows of a page; where no heights are known, each line is a row."""
    heights = {line.y for line in page}
    if len(heights) <= 1:
        rows = [[line] for line in page]
    else:
        down = sorted(page, key=lambda line: -line.y)
        rows = [list(row) for _, row in groupby(down, key=lambda line: round(line.y / 2))]
    return rows[:_OUTER_ROWS] + rows[max(_OUTER_ROWS, len(rows) - _OUTER_ROWS) :]


def _list_keys(row: list[Line], page: int) -> list[_Key]:
    """List what would be the same on another page: the text but for its numbers; a number less the page's."""
    keys: list[_Key] = []
    for line in row:
        height = round(line.y / 6)
        text = line.text.strip()
        keys.append((_DIGITS.sub("#", text.lower()), height))
        if found := _OUTER_NUMBER.search(text):
            keys.append((int(found[1] or found[2]) - page, height))
    return keys


def _is_page_number(line: Line) -> bool:
    return not line.mono and bool(_PAGE_NUMBER.match(line.text.strip()))


def _is_of_table(row: Sequence[Line]) -> bool:
    """Return whether a row has several numbers."""
    return sum(_is_page_number(other) for other in row) > 1
