"""Reading an Anki package: each note becomes one card for each of its templates or gaps, with its past."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.flashcards.cards.rules import find_gap_problem
from functions.assessments.flashcards.decks import anki_schedule
from functions.assessments.flashcards.decks.anki_schedule import AnkiCard, Calendar
from functions.assessments.flashcards.decks.collection import AnkiNote, Collection
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.incoming import Incoming, Original, Place, Refused
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.decks.own_types import is_own
from functions.assessments.flashcards.decks.plain import LONGEST_HTML, plain, visible
from functions.assessments.flashcards.decks.records import (
    LARGEST_NOTE,
    CardRecord,
    incoming_of,
    own_id,
    parsed,
)
from functions.assessments.flashcards.decks.rendering import clozes, render

_LONGEST_TEXT = 5000
_MOST_TAGS, _LONGEST_TAG = 20, 50
_LONGEST_GUID = 200
_DATA_MARK = "aksio"


def read(collection: Collection, place: Place) -> Iterator[Incoming | Refused]:
    """Every card of the collection, note by note. Raises Unreadable."""
    calendar = Calendar(collection.first_day(place.zone))
    for row, note in enumerate(collection.notes(), 1):
        kind = collection.note_types.get(note.note_type)
        problem = _problem(note, kind)
        if problem or kind is None:
            yield Refused(row, problem or "Its note type is missing")
            continue
        ours = _records(note)
        for found in collection.cards(note):
            try:
                yield _card(collection, note, kind, found, ours, calendar=calendar, place=place, row=row)
            except (Unreadable, ValidationError) as error:
                yield Refused(row, _reason(error))


def data_of(fields: str, records: Mapping[str, dict[str, Any]]) -> str:
    """What stands in a note's `data` where we wrote it: its cards as we have them, by their `ord`, for as
    long as nobody has changed the fields."""
    content = {"aksio": 1, "fields": _digest(fields), "cards": records}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _problem(note: AnkiNote, kind: NoteType | None) -> str | None:
    if kind is None:
        return "Its note type is missing"
    if not note.guid or len(note.guid) > _LONGEST_GUID:
        return "It has no identity"
    if max(map(len, note.fields)) > LONGEST_HTML or sum(map(len, note.fields)) > LARGEST_NOTE:
        return f"A field has more than {LONGEST_HTML:,} characters"
    if len(note.fields) > 100:
        return "It has too many fields"
    return None


def _records(note: AnkiNote) -> Mapping[str, Any]:
    if f'"{_DATA_MARK}"' not in note.data[:20]:
        return {}
    try:
        found = parsed(note.data)
        same = found["fields"] == _digest("\x1f".join(note.fields))
        return found["cards"] if same and isinstance(found["cards"], dict) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _digest(fields: str) -> str:
    return hashlib.sha256(fields.encode("utf-8", "replace")).hexdigest()[:16]


def _card(
    collection: Collection,
    note: AnkiNote,
    kind: NoteType,
    found: tuple[AnkiCard, int, int],
    ours: Mapping[str, Any],
    *,
    calendar: Calendar,
    place: Place,
    row: int,
) -> Incoming:
    card, deck, flags = found
    placed = NotePlace(ord=card.ord, deck=collection.decks.get(deck, ""), flags=flags % 8)
    original = None if is_own(kind) else Original(_note(note, kind, place), placed, kind)
    card_id = place.card_id(note.guid, card.ord if original else 0)
    if str(card.ord) in ours:
        record = CardRecord.model_validate(ours[str(card.ord)])
        return incoming_of(record, row=row, place=place, card_id=card_id, original=original)
    reviews = anki_schedule.history(card_id, collection.answers(card), place)
    return Incoming(
        row=row,
        id=card_id,
        card=NewCard(
            **content_of(note.fields, kind, card.ord),
            id=card_id,
            course=place.course,
            tags=card_tags(note.tags),
            status=anki_schedule.status_of(card),
            source="import",
            note=original.note.id if original else None,
            schedule=anki_schedule.schedule(card, reviews, calendar, place),
            buried_until=place.today + timedelta(days=1) if anki_schedule.is_buried(card) else None,
        ),
        reviews=reviews,
        own_id=None if original else own_id(note.guid),
        original=original,
    )


def content_of(fields: Sequence[str], kind: NoteType, position: int) -> dict[str, Any]:
    """What the card asks and answers. Raises Unreadable for a side that is empty or too long."""
    if is_own(kind):
        names = ("question", "answer", "explanation")
        said = dict(zip(names, map(plain, fields), strict=False))
        _check(said, "question")
        said["card_type"] = "cloze" if kind.cloze and not find_gap_problem(said["question"]) else "basic"
    else:
        said = _rendered(fields, kind, position)
    _check(said, "question", "answer")
    return {**said, "explanation": said.get("explanation", "")[:_LONGEST_TEXT]}


def _rendered(fields: Sequence[str], kind: NoteType, position: int) -> dict[str, str]:
    template = kind.templates[:1] if kind.cloze else kind.templates[position : position + 1]
    if not template or position < 0:
        raise Unreadable("Its template is missing")
    named = {field.name: text for field, text in zip(kind.fields, fields, strict=False)}
    gap = position + 1 if kind.cloze else None
    sides = render(template[0].question, template[0].answer, named, gap=gap)
    question, answer = plain(sides.question), plain(sides.answer)
    _check({"question": question}, "question")
    if gap is None:
        return {"question": question, "answer": answer, "card_type": "reversed" if position else "basic"}
    hidden = [plain(each.text) for text in fields for each in clozes(text) if each.number == gap]
    if any(text.startswith("image-occlusion:") for text in hidden):
        raise Unreadable("Parts of an image that are covered can't be asked for here")
    answer = "\n".join(part for part in (", ".join(hidden), answer) if part)
    return {
        "question": question,
        "answer": answer,
        "card_type": "basic" if find_gap_problem(question) else "cloze",
    }


def _check(said: Mapping[str, str], *sides: str) -> None:
    """Raises Unreadable."""
    for side in sides:
        if not said.get(side):
            raise Unreadable(f"There is no {side}")
        if len(said[side]) > _LONGEST_TEXT:
            raise Unreadable(f"The {side} has more than {_LONGEST_TEXT:,} characters")


def _note(note: AnkiNote, kind: NoteType, place: Place) -> Note:
    return Note(
        id=place.note_id(note.guid),
        course=place.course,
        guid=visible(note.guid),
        note_type=kind.id,
        fields=tuple(visible(field) for field in note.fields),
        tags=tuple(visible(note.tags).split())[:200],
        modified=min(max(note.modified, 0), 10**11),
    )


def card_tags(tags: str) -> tuple[str, ...]:
    """As many as a card takes; the note keeps them all."""
    return tuple(dict.fromkeys(tag[:_LONGEST_TAG] for tag in visible(tags).split()))[:_MOST_TAGS]


def _reason(error: Unreadable | ValidationError) -> str:
    if isinstance(error, ValidationError):
        return "What Aksio has noted of it is broken"
    return error.details["file"][0]
