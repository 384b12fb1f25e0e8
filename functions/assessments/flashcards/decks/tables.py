"""Tables of cards: CSV and TSV, as spreadsheets, other programs and Anki's text export write them."""

import codecs
import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from pydantic import ValidationError

from functions.assessments.flashcards.decks.characters import strip_unstorable
from functions.assessments.flashcards.decks.content import cut_explanation, find_cut_tags, parse_tags
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.html_text import read_html
from functions.assessments.flashcards.decks.items import CardItem, Item, RejectedRow, Remark, Target
from functions.assessments.flashcards.decks.models import NoteType
from functions.assessments.flashcards.decks.note_types import check_type
from functions.assessments.flashcards.decks.records import (
    CardRecord,
    parse_json,
    read_record,
    read_source_note,
)
from functions.assessments.flashcards.decks.table_layout import (
    COLUMNS,
    Layout,
    parse_header,
    read_layout,
    split_tags,
)
from functions.assessments.flashcards.decks.table_rows import Row, split_rows
from functions.assessments.flashcards.decks.text_notes import is_note, read_note

NOTE_TYPE = "note_type"  # in the data of the first card of a type: the type itself
_HEAD_BYTES = 65_536
_MAX_TYPES = 1000
_BLANKS = re.compile(r"\s+")
# Older Ankis write HTML without saying so; `<b>` alone may as well be what a card asks about.
_SURE_MARKUP = re.compile(r"<br\s{0,9}/?>|<img\s[^<>]{0,1000}\bsrc=|</?div>|&nbsp;", re.IGNORECASE)


@dataclass
class _Table:
    """A table that is being read."""

    layout: Layout
    target: Target
    types: Mapping[str, NoteType]
    has_header: bool = False
    labels: tuple[str, ...] = ()


def read(file: BinaryIO, target: Target, *, tabs: bool = False) -> Iterator[Item]:
    """Yield every row as a card, or each card of its note. Raises Unreadable for a cell that is too long."""
    encoding = _detect_encoding(file)
    types = _read_types(file, encoding)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        if encoding == "cp1252":
            yield Remark(0, "The file is not UTF-8 and was read as Windows-1252; check letters with accents")
        layout, skipped = read_layout(text, tabs=tabs)
        table = _Table(layout, target, types, labels=layout.labels)
        lines = (strip_unstorable(line) for line in text)
        for number, row in enumerate(
            split_rows(lines, layout.separator, first_line=skipped + 1), skipped + 1
        ):
            if row.open_quote:
                yield Remark(
                    number, f"The quote in line {row.line} is never closed; it was read as a character"
                )
            yield from _read_row(table, row, number)
    finally:
        text.detach()


def create_writer(out: Any) -> Any:
    """Return a CSV writer that has written the names of the columns."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    return writer


def build_row(record: Mapping[str, Any], kind: NoteType | None = None) -> list[str]:
    """Return a card's record as a row; fields without a column of their own are JSON in the last.

    `kind` is the type of the card's note, given once for each type. Cells are not escaped: a spreadsheet may
    take one that begins with `=` for a formula.
    """
    tags = list(record.get("tags", ()))
    fields = {name: str(record.get(name, "")) for name in COLUMNS if name not in ("tags", "data")}
    rest = {name: value for name, value in record.items() if name not in fields}
    if kind is not None:
        rest[NOTE_TYPE] = kind.model_dump(mode="json")
    if not any(";" in tag for tag in tags):
        rest.pop("tags", None)
    joined = ";".join(tags) + (";" if len(tags) == 1 and len(tags[0].split()) > 1 else "")
    cells = {**fields, "tags": joined, "data": json.dumps(rest, ensure_ascii=False, separators=(",", ":"))}
    return [cells[name] for name in COLUMNS]


def describe_error(error: ValueError | RecursionError) -> str:
    """Return the first error with its field, as `tags: …`."""
    if not isinstance(error, ValidationError):
        return "data: The cell is not valid JSON"
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    location = ".".join(str(part) for part in first["loc"])
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{location}: {message}" if location else message


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


def _read_types(file: BinaryIO, encoding: str) -> dict[str, NoteType]:
    """Return the note types that rows of our own tables hold, wherever the rows were moved to."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    types: dict[str, NoteType] = {}
    try:
        layout, skipped = read_layout(text, tabs=False)
        rows = split_rows(text, layout.separator, first_line=skipped + 1)
        columns = parse_header(next(rows, Row(0, [])).cells)
        if not columns or "data" not in columns:
            return types
        for row in rows:
            cell = row.cells[columns["data"]] if columns["data"] < len(row.cells) else ""
            if f'"{NOTE_TYPE}":{{' in cell and (kind := _parse_type(cell)) and len(types) < _MAX_TYPES:
                types[kind.id] = kind
    finally:
        text.detach()
        file.seek(0)
    return types


def _parse_type(cell: str) -> NoteType | None:
    """Return the note type of the cell, or None: an error in it is told with its row."""
    try:
        return check_type(NoteType.model_validate(parse_json(cell)[NOTE_TYPE]))
    except (ValueError, KeyError, TypeError, RecursionError, Unreadable):
        return None


def _read_row(table: _Table, row: Row, number: int) -> Iterator[Item]:
    cells = row.cells
    if not any(cell.strip() for cell in cells):
        return
    if not table.has_header and not table.layout.columns and (columns := parse_header(cells)):
        table.layout = replace(table.layout, columns=columns)
        table.has_header, table.labels = True, tuple(cell.strip() for cell in cells)
        return
    table.has_header = True
    if table.layout.is_anki and cells[0].startswith("#") and not row.is_quoted:
        yield Remark(number, "The line begins with # and was taken for a comment, as in Anki")
    elif is_note(table.layout, cells):
        yield from read_note(table.layout, cells, target=table.target, row=number)
    else:
        yield _read_card(table, cells, number=number)


def _read_card(table: _Table, row: Sequence[str], *, number: int) -> CardItem | RejectedRow:
    layout, target = table.layout, table.target
    columns = layout.columns or _choose_columns(layout, len(row))
    is_own = "data" in columns
    cells = {
        name: row[column].strip("\r\n") if is_own and name != "tags" else row[column].strip()
        for name, column in columns.items()
        if column < len(row)
    }
    left_out = _read_markup(cells, layout)
    for side in ("question", "answer"):
        if not cells.get(side, "").strip():
            return RejectedRow(number, f"no {side}")
    if not is_own:
        cells["explanation"] = _join_rest(table, row, columns, cells.get("explanation", ""))
        cells["explanation"], reasons = cut_explanation(cells["explanation"])
        left_out += reasons
    tags = [*split_tags(cells.pop("tags", "")), *layout.all_tags]
    try:
        fields = _build_fields(cells, tags)
        record = CardRecord.model_validate(fields)
    except (ValueError, RecursionError) as error:
        return RejectedRow(number, describe_error(error))
    kind = table.types.get(record.note.note_type or "") if record.note else None
    original = (
        read_source_note(record, target=target, kind=kind)
        if kind and record.note and record.note.fields
        else None
    )
    if original:
        card_id = target.derive_card_id(original.note.guid, original.place.ord)
    else:
        card_id = target.derive_card_id(record.id or _find_identity(cells))
    item = read_record(record, row=number, target=target, card_id=card_id, original=original)
    return replace(item, left_out=(*left_out, *find_cut_tags(tags)))


def _choose_columns(layout: Layout, width: int) -> dict[str, int]:
    """Return the columns of a table that names none: as in Anki, tags follow the question and the answer."""
    places = [*layout.list_fields(max(width, 10))]
    columns = {"question": places[0], "answer": places[1]}
    return {**columns, "tags": layout.tags if layout.tags is not None else places[2]}


def _read_markup(cells: dict[str, str], layout: Layout) -> tuple[str, ...]:
    """Turn HTML in the cells into text; return in words for the user what could not be."""
    sides = [name for name in ("question", "answer", "explanation") if name in cells]
    is_markup = layout.html
    if is_markup is None and "data" not in layout.columns:
        is_markup = any(_SURE_MARKUP.search(cells[name]) for name in sides)
    if not is_markup:
        return ()
    read = {name: read_html(cells[name]) for name in sides}
    cells |= {name: each.text for name, each in read.items()}
    return tuple(dict.fromkeys(reason for each in read.values() for reason in each.left_out))


def _join_rest(table: _Table, row: Sequence[str], columns: Mapping[str, int], explanation: str) -> str:
    """Return the explanation with the cells of columns that have no place on a card."""
    taken = {*columns.values(), *table.layout.special}
    lines = [explanation] if explanation else []
    for place, cell in enumerate(row):
        if place not in taken and cell.strip():
            label = table.labels[place] if place < len(table.labels) else ""
            words = html.unescape(cell.strip()) if table.layout.html else cell.strip()
            lines.append(f"{label}: {words}" if label else words)
    return "\n".join(lines)


def _find_identity(cells: Mapping[str, str]) -> str:
    return "\x1f".join(_BLANKS.sub(" ", cells[side]).casefold() for side in ("question", "answer"))


def _build_fields(cells: Mapping[str, str], tags: Sequence[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: text for name, text in cells.items() if text and name != "data"}
    if tags:
        fields["tags"] = parse_tags(tags)
    rest = parse_json(cells["data"]) if cells.get("data", "").startswith("{") else {}
    return {**fields, **rest, "question": fields["question"], "answer": fields["answer"]}
