"""Our own format: a JSON list of cards, an item to a line. It is read item by item, however long it is."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from pydantic import ValidationError

from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.incoming import Incoming, Original, Place, Refused
from functions.assessments.flashcards.decks.models import NoteType
from functions.assessments.flashcards.decks.note_types import checked
from functions.assessments.flashcards.decks.records import CardRecord, cleaned, incoming_of, original_of
from functions.assessments.flashcards.decks.tables import reason

_CHUNK = 65_536
_LONGEST_ITEM = 2_000_000  # characters
_BLANKS = " \t\r\n"
_MOST_TYPES = 1000
NOTE_TYPE = "note_type"  # an item with this name tells a type of notes that cards after it name


def read(file: BinaryIO, place: Place) -> Iterator[Incoming | Refused]:
    """Raises Unreadable for what is no JSON list."""
    types: dict[str, NoteType] = {}
    for row, item in enumerate(_items(file), 1):
        try:
            if isinstance(item, dict) and NOTE_TYPE in item:
                kind = NoteType.model_validate(item[NOTE_TYPE])
                if len(types) < _MOST_TYPES:
                    types[kind.id] = checked(kind)
            else:
                yield _card(item, row, types, place)
        except ValidationError as error:
            yield Refused(row, reason(error))


def _card(item: Any, row: int, types: dict[str, NoteType], place: Place) -> Incoming:
    record = CardRecord.model_validate(item)
    note = record.note
    kind = types.get(note.note_type or "") if note else None
    original: Original | None = None
    if note and kind and note.fields:
        original = original_of(note, place=place, kind=kind)
        card_id = place.card_id(note.guid, note.ord)
    else:
        said = f"{record.question}\x1f{record.answer}".casefold()
        card_id = place.card_id(record.id or said)
    return incoming_of(record, row=row, place=place, card_id=card_id, original=original)


def _items(file: BinaryIO) -> Iterator[Any]:
    decoder, text = json.JSONDecoder(), _Text(file)
    if text.next_character() != "[":
        raise Unreadable("The JSON is no list of cards")
    text.position += 1
    while (mark := text.next_character()) != "]":
        if not mark:
            raise Unreadable("The JSON is cut off")
        yield text.item(decoder)
        if text.next_character() == ",":
            text.position += 1
        elif text.next_character() != "]":
            raise Unreadable("The JSON is broken")


class _Text:
    """A window on the file's text that is moved along."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._window = ""
        self._ended = False
        self.position = 0

    def next_character(self) -> str:
        """The next that is not blank; empty at the end."""
        while True:
            while self.position < len(self._window) and self._window[self.position] in _BLANKS:
                self.position += 1
            if self.position < len(self._window):
                return self._window[self.position]
            if not self._more():
                return ""

    def item(self, decoder: json.JSONDecoder) -> Any:
        """The value that begins here. Raises Unreadable."""
        while True:
            try:
                value, end = decoder.raw_decode(self._window, self.position)
            except RecursionError:
                raise Unreadable("The JSON is nested too deeply") from None
            except ValueError:
                if len(self._window) - self.position > _LONGEST_ITEM or not self._more():
                    raise Unreadable("The JSON is broken") from None
                continue
            if end == len(self._window) and self._more():
                continue  # a number may go on
            raw, self.position = self._window[self.position : end], end
            return cleaned(value) if "\\u" in raw or "\x00" in raw else value

    def _more(self) -> bool:
        """Whether there was more to read; what was passed is let go of."""
        if self._ended:
            return False
        chunk = self._file.read(max(_CHUNK, len(self._window) - self.position))
        try:
            text = self._decode.decode(chunk, not chunk)
        except UnicodeDecodeError:
            raise Unreadable("The JSON is not UTF-8") from None
        self._window, self.position = self._window[self.position :] + text, 0
        self._ended = not chunk
        return not self._ended or bool(text)
