"""The lines of a page in reading order: column after column, rows of tables joined, footnotes last."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from infra.local.retrieval.lines import Line
from infra.local.retrieval.tables import find_table, join_cells

_NOTE_SIZE = 0.93  # of the body's
_NOTE_MARK = re.compile(r"[*†‡§¶¹²³⁴⁵⁶⁷⁸⁹]|\d{1,3}(?![\d.,)])")
_MIN_COLUMN_LINES = 4
_MIN_COLUMN_SHARE = 0.15  # of the width of the page's text
_MAX_CROSSING = 0.6  # of the lines
_MAX_LINES = 1_000  # of a page; drawings have more, and comparing each with each would take long
_FILLED = 0.55  # of a column by its usual line: cells of tables are shorter
_MAX_DEPTH = 3
_GUTTER_STEP = 2.0  # points


def order_lines(page: Sequence[Line], body: float) -> list[Line]:
    """Order the lines of a page whose usual text has the size `body`; without positions nothing changes."""
    if len({line.y for line in page}) <= 1 and len(page) > 1:
        return list(page)
    notes = _find_notes(page, body)
    text = [line for line in page if id(line) not in notes]
    below = [replace(line, note=True) for line in page if id(line) in notes]
    return [*_order_columns(text), *_order_columns(below)]


def _find_notes(page: Sequence[Line], body: float) -> set[int]:
    """Return the ids of the lines of small letters that end the page, or a column, and begin with a mark."""
    large = [line for line in page if line.size > _NOTE_SIZE * body]
    small = [line for line in page if 0 < line.size <= _NOTE_SIZE * body and not line.mono]
    if not large or not small or len(page) > _MAX_LINES:
        return set()
    found = [
        line for line in small if not any(other.y < line.y and _overlaps(other, line) for other in large)
    ]
    top = max((line.y for line in found if _NOTE_MARK.match(line.text)), default=None)
    bottom = min(line.y for line in page)
    if top is None or top > bottom + 0.5 * (max(line.y for line in page) - bottom):
        return set()
    return {id(line) for line in found if line.y <= top + 1}


def _overlaps(line: Line, other: Line) -> bool:
    return line.x < other.right and other.x < line.right


def _order_columns(lines: list[Line], depth: int = 0) -> list[Line]:
    gutter = _find_gutter(lines) if depth < _MAX_DEPTH else None
    if gutter is None:
        return _join_rows(lines)
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.y):
        if line.x < gutter < line.right:
            ordered += _order_band(band, gutter, depth)
            ordered.append(line)
            band = []
        else:
            band.append(line)
    return ordered + _order_band(band, gutter, depth)


def _order_band(band: list[Line], gutter: float, depth: int) -> list[Line]:
    left = [line for line in band if line.right <= gutter]
    right = [line for line in band if line.right > gutter]
    return _order_columns(left, depth + 1) + _order_columns(right, depth + 1)


def _find_gutter(lines: Sequence[Line]) -> float | None:
    """Find the middle of the gap between two columns of running text, or return None."""
    if not 2 * _MIN_COLUMN_LINES <= len(lines) <= _MAX_LINES:
        return None
    start, end = min(line.x for line in lines), max(line.right for line in lines)
    width = end - start
    wide = sum(line.right - line.x > (1 - _MIN_COLUMN_SHARE) * width for line in lines)
    if wide > _MAX_CROSSING * len(lines):  # they cross every place
        return None
    steps = int((1 - 2 * _MIN_COLUMN_SHARE) * width / _GUTTER_STEP)
    places = [
        start + _MIN_COLUMN_SHARE * width + step * _GUTTER_STEP for step in range(max(0, min(steps, 1_000)))
    ]
    if not places:
        return None
    crossing = [sum(line.x < place < line.right for line in lines) for place in places]
    fewest = min(crossing)
    if fewest > _MAX_CROSSING * len(lines):
        return None
    runs = [
        [place for _, place in run]
        for crossed, run in groupby(zip(crossing, places, strict=True), key=lambda each: each[0])
        if crossed == fewest
    ]
    candidates = [(run[0] + run[-1]) / 2 for run in runs]
    fitting = [place for place in candidates if _divides(lines, place)]
    return min(fitting, key=lambda place: abs(place - (start + end) / 2), default=None)


def _divides(lines: Sequence[Line], place: float) -> bool:
    """Return whether running text stands on both sides, at the same heights."""
    left = [line for line in lines if line.right <= place]
    right = [line for line in lines if line.x >= place]
    if min(len(left), len(right)) < _MIN_COLUMN_LINES:
        return False
    if min(line.y for line in left) > max(line.y for line in right):
        return False
    if min(line.y for line in right) > max(line.y for line in left):
        return False
    return _fills(left) and _fills(right)


def _fills(column: Sequence[Line]) -> bool:
    width = max(line.right for line in column) - min(line.x for line in column)
    lengths = sorted(line.right - line.x for line in column)
    letters = sorted(len(line.text) for line in column)
    return lengths[len(lengths) // 2] >= _FILLED * width and letters[len(letters) // 2] >= 15


def _join_rows(lines: Sequence[Line]) -> list[Line]:
    """Join what stands side by side: as cells where rows of the same kind are neighbours, else as a line."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.y):
        if rows and abs(rows[-1][0].y - line.y) <= 0.3 * max(line.size, rows[-1][0].size, 1.0):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.x)
    joined: list[Line] = []
    position = 0
    while position < len(rows):
        columns, end = find_table(rows, position)
        if columns:
            joined += join_cells(rows[position:end], columns)
        else:
            joined += map(_join_row, rows[position:end])
        position = end
    return joined


def _join_row(row: list[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    longest = max(row, key=lambda line: len(line.text))
    return replace(
        longest,
        text=" ".join(line.text for line in row),
        x=row[0].x,
        right=max(line.right for line in row),
        bold=all(line.bold for line in row),
        lead=len(row[0].text) if row[0].bold else row[0].lead,
    )
