"""Tables of cards: CSV and TSV as spreadsheets, other programs and Anki's text export write them."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pydantic import ValidationError

from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.incoming import Incoming, Place, Refused
from functions.assessments.flashcards.decks.plain import plain, storable
from functions.assessments.flashcards.decks.records import CardRecord, incoming_of, parsed

LONGEST_CELL = 2_000_000  # characters
_HEAD_BYTES = 65_536
_SEPARATORS = ("\t", ";", "|", ",")
_NAMED = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":"}
_ALIASES = {
    "question": ("question", "front", "term", "prompt", "text", "word", "frage"),
    "answer": ("answer", "back", "definition", "response", "meaning", "antwort"),
    "explanation": ("explanation", "extra", "back extra"),
    "tags": ("tags", "tag"),
    "card_type": ("card_type", "type"),
    "difficulty_level": ("difficulty_level", "difficulty"),
    "concept": ("concept",),
    "status": ("status",),
    "data": ("data",),
}
_NAME_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
COLUMNS = tuple(_ALIASES)
_BLANKS = re.compile(r"\s+")


@dataclass
class _Layout:
    """Where things stand in a row; `html` tells that cells hold it, as Anki's do."""

    separator: str = ","
    html: bool = False
    columns: dict[str, int] = field(default_factory=dict)
    guid: int | None = None


def read(file: BinaryIO, place: Place, *, tabs: bool = False) -> Iterator[Incoming | Refused]:
    """Every row as a card. Raises Unreadable where the text has no end."""
    csv.field_size_limit(LONGEST_CELL)
    text = io.TextIOWrapper(file, encoding=_encoding(file), errors="replace", newline="")
    try:
        layout, skipped = _layout(text, tabs=tabs)
        rows = enumerate(csv.reader(text, delimiter=layout.separator), skipped + 1)
        for number, row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if not layout.columns and (found := _headed(row)):
                layout.columns = found
                continue
            yield _card(row, layout, number=number, place=place)
    except csv.Error:
        raise Unreadable("A quoted cell of the table does not end") from None
    finally:
        text.detach()


def writer(out: Any) -> Any:
    """A CSV writer that has written the names of the columns."""
    made = csv.writer(out, lineterminator="\r\n")
    made.writerow(COLUMNS)
    return made


def row_of(record: Mapping[str, Any]) -> list[str]:
    """A card's record as a row: what it says in columns of its own, all else as JSON in the last.

    Cells are as they are: one that begins with `=` is a formula to a spreadsheet that takes it for one.
    """
    tags = list(record.get("tags", ()))
    said = {name: str(record.get(name, "")) for name in COLUMNS if name not in ("tags", "data")}
    rest = {name: value for name, value in record.items() if name not in said}
    if not any(";" in tag for tag in tags):
        rest.pop("tags", None)
    joined = ";".join(tags) + (";" if len(tags) == 1 and " " in tags[0] else "")
    cells = {**said, "tags": joined, "data": json.dumps(rest, ensure_ascii=False, separators=(",", ":"))}
    return [cells[name] for name in COLUMNS]


def _encoding(file: BinaryIO) -> str:
    """UTF-16 and UTF-8 by their marks; else UTF-8 if it is, and what Western spreadsheets write if not."""
    file.seek(0)
    head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        file.seek(0)
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_HEAD_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _layout(text: io.TextIOWrapper, *, tabs: bool) -> tuple[_Layout, int]:
    """What Anki's first lines, or the first row, tell; and how many lines that took. The text is left at
    its first row."""
    layout, taken, said = _Layout(), 0, ""
    start = text.tell()
    while (line := text.readline(_HEAD_BYTES)).startswith("#") and ":" in line:
        name, _, value = line[1:].strip().partition(":")
        said += _directive(layout, name.strip().lower(), value)
        taken += 1
        start = text.tell()
    text.seek(start)
    if "separator" not in said:
        layout.separator = "\t" if tabs else _sniffed(line)
    return layout, taken


def _directive(layout: _Layout, name: str, value: str) -> str:
    value = value if name == "columns" else value.strip()
    if name == "separator":
        layout.separator = _NAMED.get(value.lower(), value[:1] or ",")
    elif name == "html":
        layout.html = value.lower() == "true"
    elif name == "columns":
        layout.columns = _headed(value.strip("\r\n").split(layout.separator)) or {}
    elif name.endswith(" column") and value.isdigit() and 0 < int(value) < 1000:
        _placed(layout, name.removesuffix(" column"), int(value) - 1)
    return name


def _placed(layout: _Layout, name: str, column: int) -> None:
    if name == "guid":
        layout.guid = column
    if name == "tags":
        layout.columns = {**_plain_columns(layout, besides=column), "tags": column}


def _plain_columns(layout: _Layout, *, besides: int) -> dict[str, int]:
    taken = {besides, layout.guid}
    free = [column for column in range(100) if column not in taken]
    return layout.columns or {"question": free[0], "answer": free[1]}


def _sniffed(line: str) -> str:
    """The separator that stands most often in the first row outside of quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=lambda each: (bare.count(each), each == ","))


def _headed(row: Sequence[str]) -> dict[str, int] | None:
    """The columns by name, where the row names at least a question and an answer."""
    names = [_NAME_OF.get(cell.strip().strip("﻿").lower(), "") for cell in row]
    found = {name: names.index(name) for name in dict.fromkeys(names) if name}
    return found if {"question", "answer"} <= found.keys() else None


def _card(row: Sequence[str], layout: _Layout, *, number: int, place: Place) -> Incoming | Refused:
    columns = layout.columns or {"question": 0, "answer": 1, "tags": 2}
    cells = {name: storable(row[column]).strip() for name, column in columns.items() if column < len(row)}
    if layout.html:
        cells |= {name: plain(cells[name]) for name in ("question", "answer", "explanation") if name in cells}
    for side in ("question", "answer"):
        if not cells.get(side):
            return Refused(number, f"no {side}")
    try:
        record = CardRecord.model_validate(_fields(cells))
    except (ValueError, RecursionError) as error:
        return Refused(number, reason(error))
    known_as = record.id or _known_as(row, layout, cells)
    return incoming_of(record, row=number, place=place, card_id=place.card_id(known_as))


def _known_as(row: Sequence[str], layout: _Layout, cells: Mapping[str, str]) -> str:
    if layout.guid is not None and layout.guid < len(row) and row[layout.guid].strip():
        return row[layout.guid].strip()
    return "\x1f".join(_BLANKS.sub(" ", cells[side]).casefold() for side in ("question", "answer"))


def _fields(cells: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {name: text for name, text in cells.items() if text and name != "data"}
    if "tags" in said:
        tags = said["tags"].split(";") if ";" in said["tags"] else said["tags"].split()
        said["tags"] = [tag.strip() for tag in tags if tag.strip()]
    rest = parsed(cells["data"]) if cells.get("data", "").startswith("{") else {}
    return {**said, **rest, "question": said["question"], "answer": said["answer"]}


def reason(error: ValueError | RecursionError) -> str:
    """`tags: …`, of the first thing that is wrong."""
    if not isinstance(error, ValidationError):
        return "data: Not JSON"
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
