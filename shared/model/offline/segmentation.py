"""The blocks of a passage under their headings: whole paragraphs, list items, table rows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.model.offline.lines import Kind, Line, split_lines
from shared.text.invisible import is_invisible
from shared.text.sentences import ends_sentence

_BROKEN_WORD = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
_MAX_HEADING_WORDS = 12  # no heading has more


@dataclass(frozen=True)
class Block:
    """A block; `text` is one clean line, `origin[i]` the place of its i-th character in the passage."""

    kind: Kind
    text: str
    origin: tuple[int, ...]
    heading: str = ""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where text[start:end] stands in the passage; `end` must be after `start`."""
        return self.origin[start], self.origin[end - 1] + 1


def split_blocks(text: str) -> list[Block]:
    """Split the passage into its blocks in order, without code and blank lines."""
    blocks: list[Block] = []
    heading = ""
    for group in _group_lines(split_lines(text)):
        block = replace(_join_lines(group, text), heading=heading)
        if _is_heading(block):
            heading = block.text
            block = replace(block, kind=Kind.HEADING)
        if block.text:
            blocks.append(block)
    return blocks


def _is_heading(block: Block) -> bool:
    if block.kind is Kind.HEADING:
        return True
    return (
        block.kind is Kind.TEXT
        and len(block.text.split()) <= _MAX_HEADING_WORDS
        and not block.text.endswith((".", "!", ":", ",", ";", "?"))
        and (block.text[:1].isupper() or block.text[:1].isdigit())
    )


def _group_lines(all_lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Group lines that belong together: a paragraph, item or row goes on after a full line."""
    lines = list(all_lines)
    width = _measure_width(lines)
    group: list[Line] = []
    for line in lines:
        if group and _continues(group[-1], line, group[0].kind, width):
            group.append(line)
            continue
        if group:
            yield group
        group = [] if line.kind in (Kind.BLANK, Kind.CODE) else [line]
    if group:
        yield group


def _measure_width(lines: list[Line]) -> int:
    """Return the length of a full line; a single longer one is an exception, not the measure."""
    lengths = sorted(len(line.text) for line in lines if line.kind in (Kind.TEXT, Kind.ITEM))
    return lengths[-2] if len(lengths) > 3 else max(lengths, default=0)


def _continues(last: Line, line: Line, kind: Kind, width: int) -> bool:
    if line.kind is not Kind.TEXT or kind is Kind.HEADING:
        return False
    first = line.text.split(maxsplit=1)[0]
    full = len(last.text) + 1 + len(first) > 0.9 * width
    if ends_sentence(last.text):
        return full
    return full or line.text[0].islower()


def _join_lines(group: list[Line], text: str) -> Block:
    chars: list[str] = []
    origin: list[int] = []
    for line in group:
        if chars and _BROKEN_WORD.search("".join(chars[-24:])):
            _mend_broken_word(chars, origin, line, text)
        elif chars:
            chars.append(" ")
            origin.append(line.start)
        for index in range(line.start, line.end):
            _append(chars, origin, text[index], index)
    while chars and chars[-1] == " ":
        chars.pop()
        origin.pop()
    return Block(group[0].kind, "".join(chars), tuple(origin))


def _mend_broken_word(chars: list[str], origin: list[int], line: Line, text: str) -> None:
    """Drop the hyphen of a word broken at a line's end, unless the source spells it with one elsewhere."""
    head = re.split(r"\s", "".join(chars[-24:]))[-1]
    tail = re.match(r"\w*", line.text)
    whole = head + (tail[0] if tail else "")
    if whole not in text and line.text[0].islower():
        chars.pop()
        origin.pop()


def _append(chars: list[str], origin: list[int], char: str, index: int) -> None:
    if char.isspace():
        if not chars or chars[-1] == " ":
            return
        char = " "
    elif is_invisible(char):
        return
    chars.append(char)
    origin.append(index)
