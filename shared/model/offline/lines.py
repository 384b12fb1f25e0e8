"""The lines of a source and their kinds: prose, heading, list item, table row, code, blank."""

import re
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The kind of a line or of a block of lines."""

    BLANK = "blank"
    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True)
class Line:
    """A line; `start` and `end` bound its words in the passage, without bullet and heading marks."""

    kind: Kind
    start: int
    end: int
    text: str


_LINE = re.compile(r"[^\n]*\n?")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?=\S)")
_ITEM = re.compile(
    r"^\s*(?:[-*+•◦▪▫‣·●○■□–\x7f\uf0a7\uf0b7]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)", re.IGNORECASE
)
_ROW = re.compile(r"^\s*\||\s\|\s|\|\s*$|\t.*\t")
_INDENTED = re.compile(r"^(?: {4}|\t)\s*\S")
_CODE = re.compile(
    r"^\s*+(?:(?:async )?def \w+\(|class \w+[(:]|(?:if|elif|for|while|with|try|except|else"
    r"|finally)\b[^.]*:\s*(?:#.*)?$|import \w+(?:$|,| as )|from \w[\w.]* import |return\b[^.]*$|(?:const|let"
    r"|var) \w+ =|(?:public|private|static) |#include|>>> |\.\.\. |\$ |Traceback \(|File \""
    r"|[\w.]+\([^)]*\)\s*(?:#.*)?$|[\w.\[\]]+ (?:[-+*/]|//)?= \S|#\s|//|/\*|<\w+|.*[;{}]\s*$)"
)
_CAPTION = re.compile(r"^(?:figure|fig\.|table|listing|exhibit)\s+\d", re.IGNORECASE)


def split_lines(text: str) -> list[Line]:
    """Split the text into all its lines, in order."""
    lines: list[Line] = []
    fenced = False
    for match in _LINE.finditer(text):
        raw = match[0].rstrip()
        if _FENCE.match(raw):
            fenced = not fenced
            lines.append(Line(Kind.CODE, match.start(), match.end(), raw))
        elif match[0]:
            lines.append(_read_line(raw, match.start(), fenced=fenced))
    return lines


def _read_line(raw: str, start: int, *, fenced: bool) -> Line:
    if not raw.strip():
        return Line(Kind.BLANK, start, start, "")
    kind, mark = _classify(raw, fenced=fenced)
    offset = mark.end() if mark else len(raw) - len(raw.lstrip())
    return Line(kind, start + offset, start + len(raw), raw[offset:])


def _classify(raw: str, *, fenced: bool) -> tuple[Kind, re.Match[str] | None]:
    if fenced:
        return Kind.CODE, None
    if _ROW.search(raw):
        return Kind.ROW, None
    if heading := _HEADING.match(raw):
        return Kind.HEADING, heading
    if item := _ITEM.match(raw):
        return (Kind.CODE if _CODE.match(raw[item.end() :]) else Kind.ITEM), item
    if _INDENTED.match(raw) or _CODE.match(raw):
        return Kind.CODE, None
    return (Kind.HEADING if _CAPTION.match(raw) else Kind.TEXT), None
