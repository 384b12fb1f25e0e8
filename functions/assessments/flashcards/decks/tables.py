"""Tables of cards: CSV and TSV, as spreadsheets, other programs and Anki's text export write them."""

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
from functions.assessments.flashcards.decks.items import CardItem, RejectedRow, Target
from functions.assessments.flashcards.decks.markup import strip_unstorable, to_plain
from functions.assessments.flashcards.decks.records import CardRecord, parse_json, read_record

MAX_CELL_CHARS = 2_000_000
_HEAD_BYTES = 65_536
_SEPARATORS = ("\t", ";", "|", ",")
_SEPARATOR_NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":"}
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
_COLUMN_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
COLUMNS = tuple(_ALIASES)
_BLANKS = re.compile(r"\s+")


@dataclass
class _Layout:
    """The layout of rows; with `html` cells hold HTML, as those of Anki do."""

    separator: str = ","
    html: bool = False
    columns: dict[str, int] = field(default_factory=dict)
    guid: int | None = None


def read(file: BinaryIO, target: Target, *, tabs: bool = False) -> Iterator[CardItem | RejectedRow]:
    """Yield every row as a card. Raises Unreadable if a quoted cell does not end."""
    csv.field_size_limit(MAX_CELL_CHARS)
    text = io.TextIOWrapper(file, encoding=_detect_encoding(file), errors="replace", newline="")
    try:
        layout, skipped = _read_layout(text, tabs=tabs)
        rows = enumerate(csv.reader(text, delimiter=layout.separator), skipped + 1)
        for number, row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if not layout.columns and (columns := _parse_header(row)):
                layout.columns = columns
                continue
            yield _read_card(row, layout, number=number, target=target)
    except csv.Error:
        raise Unreadable("A quoted cell of the table has no closing quote") from None
    finally:
        text.detach()


def create_writer(out: Any) -> Any:
    """Return a CSV writer that has written the names of the columns."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    return writer


def build_row(record: Mapping[str, Any]) -> list[str]:
    """Return a card's record as a row; fields without a column of their own are JSON in the last.

    Cells are not escaped: a spreadsheet may take one that begins with `=` for a formula.
    """
    tags = list(record.get("tags", ()))
    fields = {name: str(record.get(name, "")) for name in COLUMNS if name not in ("tags", "data")}
    rest = {name: value for name, value in record.items() if name not in fields}
    if not any(";" in tag for tag in tags):
        rest.pop("tags", None)
    joined = ";".join(tags) + (";" if len(tags) == 1 and " " in tags[0] else "")
    cells = {**fields, "tags": joined, "data": json.dumps(rest, ensure_ascii=False, separators=(",", ":"))}
    return [cells[name] for name in COLUMNS]


def _detect_encoding(file: BinaryIO) -> str:
    """Return UTF-16 or UTF-8 by the byte order mark, else UTF-8 if it is valid, or Windows-1252."""
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


def _read_layout(text: io.TextIOWrapper, *, tabs: bool) -> tuple[_Layout, int]:
    """Return the layout that Anki's first lines or the first row give, and the number of those lines.

    Leaves the text at its first row.
    """
    layout, taken, directives = _Layout(), 0, ""
    start = text.tell()
    while (line := text.readline(_HEAD_BYTES)).startswith("#") and ":" in line:
        name, _, value = line[1:].strip().partition(":")
        directives += _apply_directive(layout, name.strip().lower(), value)
        taken += 1
        start = text.tell()
    text.seek(start)
    if "separator" not in directives:
        layout.separator = "\t" if tabs else _detect_separator(line)
    return layout, taken


def _apply_directive(layout: _Layout, name: str, value: str) -> str:
    value = value if name == "columns" else value.strip()
    if name == "separator":
        layout.separator = _SEPARATOR_NAMES.get(value.lower(), value[:1] or ",")
    elif name == "html":
        layout.html = value.lower() == "true"
    elif name == "columns":
        layout.columns = _parse_header(value.strip("\r\n").split(layout.separator)) or {}
    elif name.endswith(" column") and value.isdigit() and 0 < int(value) < 1000:
        _place_column(layout, name.removesuffix(" column"), int(value) - 1)
    return name


def _place_column(layout: _Layout, name: str, column: int) -> None:
    if name == "guid":
        layout.guid = column
    if name == "tags":
        layout.columns = {**_choose_columns(layout, besides=column), "tags": column}


def _choose_columns(layout: _Layout, *, besides: int) -> dict[str, int]:
    taken = {besides, layout.guid}
    free = [column for column in range(100) if column not in taken]
    return layout.columns or {"question": free[0], "answer": free[1]}


def _detect_separator(line: str) -> str:
    """Return the separator that is most frequent in the first row outside of quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=lambda each: (bare.count(each), each == ","))


def _parse_header(row: Sequence[str]) -> dict[str, int] | None:
    """Return the columns by name, if the row names at least a question and an answer."""
    names = [_COLUMN_OF.get(cell.strip().strip("﻿").lower(), "") for cell in row]
    columns = {name: names.index(name) for name in dict.fromkeys(names) if name}
    return columns if {"question", "answer"} <= columns.keys() else None


def _read_card(row: Sequence[str], layout: _Layout, *, number: int, target: Target) -> CardItem | RejectedRow:
    columns = layout.columns or {"question": 0, "answer": 1, "tags": 2}
    cells = {
        name: strip_unstorable(row[column]).strip() for name, column in columns.items() if column < len(row)
    }
    if layout.html:
        cells |= {
            name: to_plain(cells[name]) for name in ("question", "answer", "explanation") if name in cells
        }
    for side in ("question", "answer"):
        if not cells.get(side):
            return RejectedRow(number, f"no {side}")
    try:
        record = CardRecord.model_validate(_build_fields(cells))
    except (ValueError, RecursionError) as error:
        return RejectedRow(number, describe_error(error))
    identity = record.id or _find_identity(row, layout, cells)
    return read_record(record, row=number, target=target, card_id=target.derive_card_id(identity))


def _find_identity(row: Sequence[str], layout: _Layout, cells: Mapping[str, str]) -> str:
    if layout.guid is not None and layout.guid < len(row) and row[layout.guid].strip():
        return row[layout.guid].strip()
    return "\x1f".join(_BLANKS.sub(" ", cells[side]).casefold() for side in ("question", "answer"))


def _build_fields(cells: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: text for name, text in cells.items() if text and name != "data"}
    if "tags" in fields:
        tags = fields["tags"].split(";") if ";" in fields["tags"] else fields["tags"].split()
        fields["tags"] = [tag.strip() for tag in tags if tag.strip()]
    rest = parse_json(cells["data"]) if cells.get("data", "").startswith("{") else {}
    return {**fields, **rest, "question": fields["question"], "answer": fields["answer"]}


def describe_error(error: ValueError | RecursionError) -> str:
    """Return the first error with its field, as `tags: …`."""
    if not isinstance(error, ValidationError):
        return "data: The cell is not valid JSON"
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    location = ".".join(str(part) for part in first["loc"])
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{location}: {message}" if location else message
