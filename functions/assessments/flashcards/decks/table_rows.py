"""Rows of tables in text: cells in quotes hold separators and line breaks, other quotes are characters."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from functions.assessments.flashcards.decks.errors import Unreadable

MAX_CELL_CHARS = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and the number of its first line.

    `open_quote` where a quote begins a cell and is never closed: it was taken for a character.
    """

    line: int
    cells: list[str]
    open_quote: bool = False
    is_quoted: bool = False


def split_rows(lines: Iterable[str], separator: str, *, first_line: int = 1) -> Iterator[Row]:
    """Yield the rows. Raises Unreadable for a cell that is too long.

    Every line is read ahead at most once more: reading ahead ends at the next quote, whatever it means.
    """
    reader = _Lines(lines, first_line)
    while (line := reader.take()) is not None:
        number = reader.number
        if '"' not in line:
            yield Row(number, line.rstrip("\r\n").split(separator))
        else:
            yield _split_quoted(line, number, separator, reader)


class _Lines:
    """Lines that can be put back."""

    def __init__(self, lines: Iterable[str], first: int) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self.number = first - 1

    def take(self) -> str | None:
        line = self._back.popleft() if self._back else next(self._lines, None)
        if line is not None:
            self.number += 1
            if len(line) > MAX_CELL_CHARS:
                raise Unreadable(f"A line of the table has more than {MAX_CELL_CHARS:,} characters")
        return line

    def put_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def _split_quoted(line: str, number: int, separator: str, reader: _Lines) -> Row:
    quoted, plain = _compile_cells(separator)
    cells: list[str] = []
    position, open_quote, is_quoted = 0, False, False
    while True:
        found = quoted.match(line, position)
        if found is None and line.startswith('"', position) and not _has_lone_quote(line, position + 1):
            longer = _read_ahead(line, position, quoted, reader)
            if longer is None:
                open_quote = True
            else:
                line, found = longer, quoted.match(longer, position)
        if found is not None:
            is_quoted = True
            cells.append(found[1].replace('""', '"'))
        else:
            found = plain.match(line, position)
            assert found is not None  # noqa: S101 - it matches the empty string
            cells.append(found[0])
        position = found.end()
        if not line.startswith(separator, position):
            return Row(number, cells, open_quote, is_quoted)
        position += len(separator)


def _read_ahead(line: str, position: int, quoted: re.Pattern[str], reader: _Lines) -> str | None:
    """Return the line with those after it to where the quoted cell ends, or None if it never does."""
    taken: list[str] = []
    size = len(line)
    while (following := reader.take()) is not None:
        taken.append(following)
        size += len(following)
        if size - position > MAX_CELL_CHARS:
            break
        if _has_lone_quote(following, 0):
            longer = line + "".join(taken)
            if quoted.match(longer, position):
                return longer
            break
    reader.put_back(taken)
    return None


def _has_lone_quote(text: str, position: int) -> bool:
    """Return whether a quote, other than two in a row, follows."""
    return '"' in text[position:].replace('""', "")


@lru_cache(maxsize=32)
def _compile_cells(separator: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    mark = re.escape(separator)
    return (
        re.compile(rf'"((?:[^"]|"")*+)"[ ]*+(?={mark}|[\r\n]|\Z)'),
        re.compile(rf"[^{mark}\r\n]*+"),
    )
