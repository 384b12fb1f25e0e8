"""Our own format: a JSON list of cards with an item on each line, read item by item however long it is."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from pydantic import ValidationError

from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.items import CardItem, RejectedRow, SourceNote, Target
from functions.assessments.flashcards.decks.models import NoteType
from functions.assessments.flashcards.decks.note_types import check_type
from functions.assessments.flashcards.decks.records import (
    CardRecord,
    clean_json,
    read_record,
    read_source_note,
)
from functions.assessments.flashcards.decks.tables import describe_error

_CHUNK_BYTES = 65_536
_MAX_ITEM_CHARS = 2_000_000
_BLANKS = " \t\r\n"
_MAX_TYPES = 1000
NOTE_TYPE = "note_type"  # the name of an item that holds a note type for later cards


def read(file: BinaryIO, target: Target) -> Iterator[CardItem | RejectedRow]:
    """Yield every item of the list. Raises Unreadable for a file that is no JSON list."""
    types: dict[str, NoteType] = {}
    for row, item in enumerate(_read_values(file), 1):
        try:
            if isinstance(item, dict) and NOTE_TYPE in item:
                kind = NoteType.model_validate(item[NOTE_TYPE])
                if len(types) < _MAX_TYPES:
                    types[kind.id] = check_type(kind)
            else:
                yield _read_card(item, row, types, target)
        except ValidationError as error:
            yield RejectedRow(row, describe_error(error))


def _read_card(item: Any, row: int, types: dict[str, NoteType], target: Target) -> CardItem:
    record = CardRecord.model_validate(item)
    note = record.note
    kind = types.get(note.note_type or "") if note else None
    original: SourceNote | None = None
    if note and kind and note.fields:
        original = read_source_note(record, target=target, kind=kind)
        card_id = target.derive_card_id(note.guid, note.ord)
    else:
        content = f"{record.question}\x1f{record.answer}".casefold()
        card_id = target.derive_card_id(record.id or content)
    return read_record(record, row=row, target=target, card_id=card_id, original=original)


def _read_values(file: BinaryIO) -> Iterator[Any]:
    decoder, window = json.JSONDecoder(), _Window(file)
    if window.peek() != "[":
        raise Unreadable("The JSON is not a list of cards")
    window.position += 1
    while (mark := window.peek()) != "]":
        if not mark:
            raise Unreadable("The JSON ends early; export it again")
        yield window.read_value(decoder)
        if window.peek() == ",":
            window.position += 1
        elif window.peek() != "]":
            raise Unreadable("The JSON is invalid")


class _Window:
    """A window that moves along the text of the file."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._window = ""
        self._ended = False
        self.position = 0

    def peek(self) -> str:
        """Return the next character that is not blank, or an empty string at the end."""
        while True:
            while self.position < len(self._window) and self._window[self.position] in _BLANKS:
                self.position += 1
            if self.position < len(self._window):
                return self._window[self.position]
            if not self._fill():
                return ""

    def read_value(self, decoder: json.JSONDecoder) -> Any:
        """Return the value that begins here. Raises Unreadable."""
        while True:
            try:
                value, end = decoder.raw_decode(self._window, self.position)
            except RecursionError:
                raise Unreadable("The JSON is nested too deeply") from None
            except ValueError:
                if len(self._window) - self.position > _MAX_ITEM_CHARS or not self._fill():
                    raise Unreadable("The JSON is invalid") from None
                continue
            if end == len(self._window) and self._fill():
                continue  # a number may go on
            raw, self.position = self._window[self.position : end], end
            return clean_json(value) if "\\u" in raw or "\x00" in raw else value

    def _fill(self) -> bool:
        """Drop what was read and read on; return whether there was more."""
        if self._ended:
            return False
        chunk = self._file.read(max(_CHUNK_BYTES, len(self._window) - self.position))
        try:
            text = self._decode.decode(chunk, not chunk)
        except UnicodeDecodeError:
            raise Unreadable("The JSON is not UTF-8") from None
        self._window, self.position = self._window[self.position :] + text, 0
        self._ended = not chunk
        return not self._ended or bool(text)
