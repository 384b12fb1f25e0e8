"""Reader of Anki's collections: a note becomes a card for each of its templates or gaps, with its reviews."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.flashcards.cards.rules import find_gap_problem
from functions.assessments.flashcards.decks import anki_schedule
from functions.assessments.flashcards.decks.anki_collection import AnkiCollection, AnkiNote
from functions.assessments.flashcards.decks.anki_schedule import AnkiCard, Calendar
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.items import CardItem, RejectedRow, SourceNote, Target
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS, strip_controls, to_plain
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.decks.own_note_types import is_own_type
from functions.assessments.flashcards.decks.records import (
    MAX_NOTE_CHARS,
    CardRecord,
    parse_json,
    parse_own_id,
    read_record,
)
from functions.assessments.flashcards.decks.rendering import list_gaps, render

_MAX_TEXT_CHARS = 5000
_MAX_TAGS, _MAX_TAG_CHARS = 20, 50
_MAX_GUID_CHARS = 200
_DATA_MARK = "aksio"


def read(collection: AnkiCollection, target: Target) -> Iterator[CardItem | RejectedRow]:
    """Yield every card of the collection, note by note. Raises Unreadable."""
    calendar = Calendar(collection.first_day(target.zone))
    for row, note in enumerate(collection.read_notes(), 1):
        kind = collection.note_types.get(note.note_type)
        problem = _find_problem(note, kind)
        if problem or kind is None:
            yield RejectedRow(row, problem or "The note type is missing in the file")
            continue
        records = _load_records(note)
        for placed_card in collection.read_cards(note):
            try:
                yield _read_card(
                    collection, note, kind, placed_card, records, calendar=calendar, target=target, row=row
                )
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
    placed_card: tuple[AnkiCard, int, int],
    records: Mapping[str, Any],
    *,
    calendar: Calendar,
    target: Target,
    row: int,
) -> CardItem:
    card, deck, flags = placed_card
    place = NotePlace(ord=card.ord, deck=collection.decks.get(deck, ""), flags=flags % 8)
    original = None if is_own_type(kind) else SourceNote(_build_note(note, kind, target), place, kind)
    card_id = target.derive_card_id(note.guid, card.ord if original else 0)
    if str(card.ord) in records:
        record = CardRecord.model_validate(records[str(card.ord)])
        return read_record(record, row=row, target=target, card_id=card_id, original=original)
    reviews = anki_schedule.convert_reviews(card_id, collection.read_answers(card), target)
    return CardItem(
        row=row,
        id=card_id,
        card=NewCard(
            **render_content(note.fields, kind, card.ord),
            id=card_id,
            course=target.course,
            tags=parse_tags(note.tags),
            status=anki_schedule.convert_status(card),
            source="import",
            note=original.note.id if original else None,
            schedule=anki_schedule.convert_schedule(card, reviews, calendar, target),
            buried_until=target.today + timedelta(days=1) if anki_schedule.is_buried(card) else None,
        ),
        reviews=reviews,
        own_id=None if original else parse_own_id(note.guid),
        original=original,
    )


def render_content(fields: Sequence[str], kind: NoteType, position: int) -> dict[str, Any]:
    """Return the question and answer of the card. Raises Unreadable for a side that is empty or too long."""
    if is_own_type(kind):
        names = ("question", "answer", "explanation")
        content = dict(zip(names, map(to_plain, fields), strict=False))
        _check_sides(content, "question")
        content["card_type"] = (
            "cloze" if kind.cloze and not find_gap_problem(content["question"]) else "basic"
        )
    else:
        content = _render_sides(fields, kind, position)
    _check_sides(content, "question", "answer")
    return {**content, "explanation": content.get("explanation", "")[:_MAX_TEXT_CHARS]}


def _render_sides(fields: Sequence[str], kind: NoteType, position: int) -> dict[str, str]:
    template = kind.templates[:1] if kind.cloze else kind.templates[position : position + 1]
    if not template or position < 0:
        raise Unreadable("The card template is missing in the file")
    named = {field.name: text for field, text in zip(kind.fields, fields, strict=False)}
    gap = position + 1 if kind.cloze else None
    sides = render(template[0].question, template[0].answer, named, gap=gap)
    question, answer = to_plain(sides.question), to_plain(sides.answer)
    _check_sides({"question": question}, "question")
    if gap is None:
        return {"question": question, "answer": answer, "card_type": "reversed" if position else "basic"}
    hidden = [to_plain(each.text) for text in fields for each in list_gaps(text) if each.number == gap]
    if any(text.startswith("image-occlusion:") for text in hidden):
        raise Unreadable("Image occlusion cards are not supported")
    answer = "\n".join(part for part in (", ".join(hidden), answer) if part)
    return {
        "question": question,
        "answer": answer,
        "card_type": "basic" if find_gap_problem(question) else "cloze",
    }


def _check_sides(content: Mapping[str, str], *sides: str) -> None:
    """Raise Unreadable for a side that is empty or too long."""
    for side in sides:
        if not content.get(side):
            raise Unreadable(f"There is no {side}")
        if len(content[side]) > _MAX_TEXT_CHARS:
            raise Unreadable(f"The {side} has more than {_MAX_TEXT_CHARS:,} characters")


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


def parse_tags(tags: str) -> tuple[str, ...]:
    """Return as many tags as a card may have; the note keeps them all."""
    return tuple(dict.fromkeys(tag[:_MAX_TAG_CHARS] for tag in strip_controls(tags).split()))[:_MAX_TAGS]


def _describe(error: Unreadable | ValidationError) -> str:
    if isinstance(error, ValidationError):
        return "The data that Aksio had stored with the card is damaged"
    return error.details["file"][0]
