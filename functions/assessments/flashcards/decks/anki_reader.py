"""Reader of Anki's collections: a note becomes a card for each of its templates or gaps, with its reviews."""

import hashlib
import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.flashcards.decks import anki_schedule
from functions.assessments.flashcards.decks.anki_collection import AnkiCollection, AnkiNote, PlacedCard
from functions.assessments.flashcards.decks.anki_schedule import Calendar
from functions.assessments.flashcards.decks.characters import strip_controls
from functions.assessments.flashcards.decks.content import (
    NoteContext,
    find_cut_tags,
    find_mask,
    hash_content,
    parse_tags,
    render_content,
)
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.items import CardItem, RejectedRow, SourceNote, Target
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.decks.occlusion import Mask
from functions.assessments.flashcards.decks.own_note_types import is_own_type
from functions.assessments.flashcards.decks.records import (
    MAX_NOTE_CHARS,
    CardRecord,
    parse_json,
    parse_own_id,
    read_record,
)

_MAX_GUID_CHARS = 200
_DATA_MARK = "aksio"


def read(
    collection: AnkiCollection, target: Target, *, files: Container[str] = ()
) -> Iterator[CardItem | RejectedRow]:
    """Yield every card of the collection, note by note. Raises Unreadable.

    `files` are the names of media that the package holds: without its picture a covered one asks nothing.
    """
    calendar = Calendar(collection.first_day(target.zone))
    for row, note in enumerate(collection.read_notes(), 1):
        kind = collection.note_types.get(note.note_type)
        problem = _find_problem(note, kind)
        if problem or kind is None:
            yield RejectedRow(row, problem or "The note type is missing in the file")
            continue
        records = _load_records(note)
        placed_cards = collection.read_cards(note)
        if not placed_cards:
            yield RejectedRow(row, "The note has no cards in the file")
        for placed in placed_cards:
            try:
                item = _read_card(
                    collection, note, kind, placed, records, files, calendar=calendar, target=target, row=row
                )
                _check_pictures(item.mask, files)
                yield item
            except (Unreadable, ValidationError) as error:
                yield RejectedRow(row, _describe(error))


def encode_data(fields: str, records: Mapping[str, dict[str, Any]]) -> str:
    """Return the `data` of a note that we write: the records of its cards, by their `ord`.

    They hold for as long as nobody has changed the fields.
    """
    data = {_DATA_MARK: 1, "fields": _hash_fields(fields), "cards": records}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _find_problem(note: AnkiNote, kind: NoteType | None) -> str | None:
    if kind is None:
        return "The note type is missing in the file"
    if not note.guid or len(note.guid) > _MAX_GUID_CHARS:
        return "The note has no valid GUID"
    if max(map(len, note.fields)) > MAX_HTML_CHARS or sum(map(len, note.fields)) > MAX_NOTE_CHARS:
        return f"A field has more than {MAX_HTML_CHARS:,} characters"
    if len(note.fields) > 100:
        return "The note has more than 100 fields"
    return None


def _check_pictures(mask: Mask | None, files: Container[str]) -> None:
    for name in (mask.picture, mask.drawing) if mask else ():
        if name and name not in files:
            raise Unreadable(f"The file {name[:80]} of the image occlusion is missing in the package")


def _load_records(note: AnkiNote) -> Mapping[str, Any]:
    if f'"{_DATA_MARK}"' not in note.data[:20]:
        return {}
    try:
        data = parse_json(note.data)
        unchanged = data["fields"] == _hash_fields("\x1f".join(note.fields))
        return data["cards"] if unchanged and isinstance(data["cards"], dict) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _hash_fields(fields: str) -> str:
    return hashlib.sha256(fields.encode("utf-8", "replace")).hexdigest()[:16]


def _read_card(
    collection: AnkiCollection,
    note: AnkiNote,
    kind: NoteType,
    placed: PlacedCard,
    records: Mapping[str, Any],
    files: Container[str],
    *,
    calendar: Calendar,
    target: Target,
    row: int,
) -> CardItem:
    card, flags = placed.card, placed.flags % 8
    deck = collection.decks.get(placed.deck, "")
    is_own = is_own_type(kind)
    card_id = target.derive_card_id(note.guid, 0 if is_own else card.ord)
    created_at = target.now + timedelta(microseconds=placed.rank)
    if str(card.ord) in records:
        record = CardRecord.model_validate(records[str(card.ord)])
        place = NotePlace(
            ord=card.ord, deck=deck, flags=flags, content=hash_content(record.question, record.answer)
        )
        original = None if is_own else SourceNote(_build_note(note, kind, target), place, kind)
        item = read_record(record, row=row, target=target, card_id=card_id, original=original)
        return replace(
            item,
            card=item.card.model_copy(update={"created_at": created_at}),
            mask=find_mask(note.fields, kind, card.ord, files) if original else None,
        )
    content = render_content(
        note.fields, kind, card.ord, NoteContext(strip_controls(note.tags), deck, flags, files)
    )
    place = NotePlace(
        ord=card.ord, deck=deck, flags=flags, content=hash_content(content.question, content.answer)
    )
    original = None if is_own else SourceNote(_build_note(note, kind, target), place, kind)
    reviews = anki_schedule.convert_reviews(card_id, collection.read_answers(card), target)
    return CardItem(
        row=row,
        id=card_id,
        card=NewCard(
            question=content.question,
            answer=content.answer,
            explanation=content.explanation,
            card_type=content.card_type,
            id=card_id,
            course=target.course,
            tags=parse_tags(note.tags),
            status=anki_schedule.convert_status(card),
            source="import",
            note=original.note.id if original else None,
            schedule=anki_schedule.convert_schedule(card, reviews, calendar, target),
            buried_until=target.today + timedelta(days=1) if anki_schedule.is_buried(card) else None,
            created_at=created_at,
        ),
        reviews=reviews,
        own_id=None if original else parse_own_id(note.guid),
        original=original,
        left_out=(*content.left_out, *find_cut_tags(note.tags.split())),
        mask=content.mask,
    )


def _build_note(note: AnkiNote, kind: NoteType, target: Target) -> Note:
    return Note(
        id=target.derive_note_id(note.guid),
        course=target.course,
        guid=strip_controls(note.guid),
        note_type=kind.id,
        fields=tuple(strip_controls(field) for field in note.fields),
        tags=tuple(strip_controls(note.tags).split())[:200],
        modified=min(max(note.modified, 0), 10**11),
    )


def _describe(error: Unreadable | ValidationError) -> str:
    if isinstance(error, ValidationError):
        return "The data that Aksio had stored with the card is damaged"
    return error.details["file"][0]
