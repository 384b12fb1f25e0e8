"""Tables of a page: rows of cells at common places, whose lines may be several."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from infra.local.retrieval.lines import Line
from infra.local.retrieval.plain import BULLET

_ROW_GAP = 1.4  # of the letters' size: lines of one cell stand closer
_OPERATORS = ("=", " +", " −", "∫", "∑", "∏", "√")
_MAX_CELLS = 40  # of a row
_MAX_CELL_LINES = 4
_Column = tuple[float, float]


def find_table(rows: Sequence[list[Line]], start: int) -> tuple[list[_Column], int]:
    """Return the columns of the table that begins with this row, and the row after its last.

    The columns are none where no table begins; the rows up to the one returned are then no table's.
    """
    first = next(
        (row for row in range(start, min(start + 2, len(rows))) if _count_cells(rows[row]) > 1), None
    )
    last = _find_last(rows, first) if first is not None else None
    if first is None or last is None:
        return [], start + 1
    most = max(len(row) for row in rows[first : last + 1])  # in others, cells may run together
    columns = _find_columns([row for row in rows[first : last + 1] if len(row) == most])
    begins = first == start or (_is_near(rows[start], rows[first]) and _fits(rows[start], columns[1:]))
    if len(columns) < 2:
        return [], last + 1
    if not begins:
        return [], first
    end = last + 1
    while end < len(rows) and _is_near(rows[end - 1], rows[end]) and _fits(rows[end], columns):
        end += 1
    return columns, end


def _find_last(rows: Sequence[list[Line]], first: int) -> int | None:
    """Find the last row of several cells that belongs to the first, or return None where it is alone."""
    last, row = first, first + 1
    while row < len(rows) and row <= last + _MAX_CELL_LINES:
        if _count_cells(rows[row]) > 1:
            if not _is_aligned(rows[last], rows[row]):
                break
            last = row
        elif not _is_near(rows[row - 1], rows[row]) and not _begins_row(rows, row, rows[last]):
            break
        row += 1
    return last if last > first else None


def _begins_row(rows: Sequence[list[Line]], position: int, above: Sequence[Line]) -> bool:
    """Return whether a lone line is the first of a cell whose neighbours are set lower, at its middle."""
    following = rows[position + 1] if position + 1 < len(rows) else rows[position]
    return (
        _count_cells(following) > 1 and _is_near(rows[position], following) and _is_aligned(above, following)
    )


def join_cells(rows: Sequence[list[Line]], columns: Sequence[_Column]) -> list[Line]:
    """Return a line for each row of the table, its cells between bars."""
    padded = any(not _is_near(above, below) for above, below in pairwise(rows))
    joined: list[list[Line]] = []
    for position, row in enumerate(rows):
        within = position > 0 and _is_near(rows[position - 1], row)
        if within and (padded or not _fits(row[:1], columns[:1])):
            joined[-1] += row
        else:
            joined.append(list(row))
    return [_write_row(row, columns) for row in joined]


def _write_row(row: Sequence[Line], columns: Sequence[_Column]) -> Line:
    cells: list[list[str]] = [[] for _ in columns]
    for line in row:
        for part in _split_at_columns(line, columns):
            place = max(range(len(columns)), key=lambda column: _measure_common(part, columns[column]))
            cells[place].append(part.text)
    text = " | ".join(" ".join(cell) for cell in cells)
    return replace(row[0], text=text, right=max(line.right for line in row), row=True, lead=0)


def _split_at_columns(line: Line, columns: Sequence[_Column]) -> list[Line]:
    """Split cells that stand so close together that they were read as one line."""
    starts = [left for left, _ in columns[1:]]
    seams = [(at, x) for at, x in line.seams if any(abs(x - left) < line.size for left in starts)]
    bounds = [(0, line.x), *seams, (len(line.text), line.right)]
    return [
        replace(line, text=line.text[at:until].strip(), x=x, right=right, seams=())
        for (at, x), (until, right) in pairwise(bounds)
    ]


def _count_cells(row: Sequence[Line]) -> int:
    if len(row) > _MAX_CELLS:
        return 1
    formula = any(line.text.endswith(_OPERATORS) or not any(map(str.isalnum, line.text)) for line in row)
    return 1 if row[0].mono or formula or BULLET.match(f"{row[0].text} x") else len(row)


def _is_aligned(row: Sequence[Line], other: Sequence[Line]) -> bool:
    """Return whether a cell after the first begins, ends or is centred where one of the other row does."""
    return any(
        abs(cell.x - each.x) < 3
        or abs(cell.right - each.right) < 3
        or abs(cell.x + cell.right - each.x - each.right) < 6
        for cell in row[1:]
        for each in other[1:]
    )


def _is_near(row: Sequence[Line], below: Sequence[Line]) -> bool:
    return row[0].y - below[0].y <= _ROW_GAP * max(row[0].size, below[0].size)


def _find_columns(rows: Sequence[Sequence[Line]]) -> list[_Column]:
    """Merge the cells of all rows, as far as they overlap, into columns from left to right."""
    columns: list[_Column] = []
    for left, right in sorted((line.x, line.right) for row in rows for line in row):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _fits(row: Sequence[Line], columns: Sequence[_Column]) -> bool:
    """Return whether each line stands within one of the columns."""
    return all(any(left - 3 <= line.x and line.right <= right + 3 for left, right in columns) for line in row)


def _measure_common(line: Line, column: _Column) -> float:
    return min(line.right, column[1]) - max(line.x, column[0])
