"""Records of cards in files of our own: all that is stored of a card, with its reviews."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from functions.assessments.flashcards.cards.models import (
    CardType,
    Citation,
    CitationState,
    Difficulty,
    Flashcard,
    NewCard,
    Schedule,
    Source,
    Status,
)
from functions.assessments.flashcards.cards.rules import find_gap_problem
from functions.assessments.flashcards.cards.schemas import CardText, Tags
from functions.assessments.flashcards.decks.characters import strip_unstorable
from functions.assessments.flashcards.decks.content import hash_content, is_rendered_from
from functions.assessments.flashcards.decks.items import MAX_REVIEWS, CardItem, SourceNote, Target
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.scheduling.models import Review
from shared.web.schemas import DocumentId, InputDate, InputInstant

MAX_NOTE_CHARS = 250_000  # a document holds a mebibyte
_CHANGED = "changed"  # in place of a hash: the card no longer has the content of its note
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OWN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_Long = Annotated[str, StringConstraints(max_length=5000)]
_Html = Annotated[str, StringConstraints(max_length=MAX_HTML_CHARS)]
_Name = Annotated[str, StringConstraints(max_length=200)]
_Days = Annotated[int, Field(ge=0, le=36_500)]
_Number = Annotated[int, Field(ge=0, le=1_000_000)]
_Count = Annotated[int, Field(ge=0, le=100_000_000)]


class _Part(BaseModel):
    """A part of a record. Unknown fields are ignored, so that a file of a later version can be read."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class CitationRecord(_Part):
    """The passage that a card was made from."""

    document_id: _Name
    chunk_id: _Name
    quote: _Long
    page: _Count | None = None
    document_name: _Name | None = None
    document_version: _Count = 1
    state: CitationState = "current"


class ScheduleRecord(_Part):
    """A `Schedule` without the id of the last review, which follows from its place."""

    ease_factor: Annotated[float, Field(ge=1, le=10)] = 2.5
    interval_days: _Days = 0
    repetitions: _Number = 0
    stability: Annotated[float, Field(gt=0, le=100_000)] | None = None
    difficulty: Annotated[float, Field(ge=1, le=10)] | None = None
    lapses: _Number = 0
    successes: _Number = 0
    total_reviews: _Number = 0
    scheduled_on: InputDate
    introduced_on: InputDate | None = None
    reviewed_on: InputDate | None = None
    last_reviewed: InputInstant | None = None

    @classmethod
    def of(cls, schedule: Schedule) -> "ScheduleRecord":
        return cls.model_construct(**{name: getattr(schedule, name) for name in cls.model_fields})

    def schedule(self, last_review: str | None) -> Schedule:
        return Schedule.model_construct(**dict(self), last_review=last_review)


class ReviewRecord(_Part):
    """An answer with the schedule that followed; `before` only if it is not the last one's `after`."""

    quality: Annotated[int, Field(ge=0, le=5)]
    reviewed_at: InputInstant
    day: InputDate
    response_time_seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    user_answer: _Long = ""
    notes: _Long = ""
    scheduler: Annotated[str, Field(pattern="^(sm2|fsrs)$")] = "sm2"
    desired_retention: Annotated[float, Field(gt=0, lt=1)] = 0.9
    before: ScheduleRecord | None = None
    after: ScheduleRecord


class NoteRecord(_Part):
    """The note of Anki's that a card was made of. Cards of the same `guid` are siblings."""

    guid: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    ord: Annotated[int, Field(ge=0, le=1000)] = 0
    deck: _Name = ""
    flags: _Count = 0
    content: Annotated[str, StringConstraints(max_length=40)] = ""
    note_type: Annotated[str, StringConstraints(max_length=40)] | None = None
    fields: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=65_536)], ...], Field(max_length=100)
    ] = ()
    tags: Annotated[tuple[_Name, ...], Field(max_length=200)] = ()
    modified: Annotated[int, Field(ge=0, le=10**11)] = 0

    @field_validator("fields")
    @classmethod
    def _check_size(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if sum(map(len, value)) > MAX_NOTE_CHARS:
            raise ValueError(f"The fields have more than {MAX_NOTE_CHARS:,} characters together")
        return value


class CardRecord(_Part):
    """A card with its schedule and reviews."""

    id: DocumentId | None = None
    question: CardText
    answer: CardText
    explanation: _Long = ""
    card_type: CardType = "basic"
    difficulty_level: Difficulty = "medium"
    tags: Tags = ()
    concept: _Name = ""
    status: Status = "active"
    source: Source = "import"
    citation: CitationRecord | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    generator: _Name | None = None
    buried_until: InputDate | None = None
    schedule: ScheduleRecord | None = None
    note: NoteRecord | None = None
    reviews: Annotated[tuple[ReviewRecord, ...], Field(max_length=MAX_REVIEWS)] = ()

    @model_validator(mode="after")
    def _check_gaps(self) -> Self:
        if self.card_type == "cloze" and (problem := find_gap_problem(self.question)):
            raise ValueError(problem)
        return self


_CONTENT = tuple(name for name in CardRecord.model_fields if name in NewCard.model_fields)
_OF_CARD = tuple(name for name in _CONTENT if name not in ("id", "schedule", "note"))


def build_record(card: Flashcard, reviews: Sequence[Review], note: Note | None) -> dict[str, Any]:
    """Return the card as JSON, without fields that have their default."""
    record = CardRecord.model_construct(
        **{name: getattr(card, name) for name in _OF_CARD},
        id=card.id,
        schedule=ScheduleRecord.of(card.schedule),
        note=_build_note_record(card, note),
        reviews=tuple(_list_review_records(reviews)),
    )
    fields: dict[str, Any] = record.model_dump(mode="json", exclude_defaults=True)
    return {**fields, "source": card.source}


def read_record(
    record: CardRecord, *, row: int, target: Target, card_id: str, original: SourceNote | None = None
) -> CardItem:
    """Return the card to import from a record."""
    reviews = _read_reviews(record.reviews, card_id)
    last = reviews[-1].id if reviews else None
    content = {name: getattr(record, name) for name in _OF_CARD}
    content["citation"] = record.citation and Citation(**dict(record.citation))
    content["note"] = (
        original.note.id if original else record.note and target.derive_note_id(record.note.guid)
    )
    card = NewCard(
        **content,
        course=target.course,
        id=card_id,
        schedule=record.schedule.schedule(last) if record.schedule else None,
    )
    return CardItem(
        row=row,
        id=card_id,
        card=card,
        reviews=reviews,
        own_id=parse_own_id(record.id),
        original=original,
    )


def read_source_note(card: CardRecord, *, target: Target, kind: NoteType) -> SourceNote:
    """Return the note of the card's record as one of the target course.

    Where an earlier version did not say whether the card still has the note's content, the note decides.
    """
    record = card.note
    assert record is not None  # noqa: S101 - the caller looked
    note = Note(
        id=target.derive_note_id(record.guid),
        course=target.course,
        guid=record.guid,
        note_type=kind.id,
        fields=record.fields,
        tags=record.tags,
        modified=record.modified,
    )
    place = NotePlace(
        ord=record.ord, deck=record.deck, flags=record.flags, content=record.content or _CHANGED
    )
    if not record.content and is_rendered_from(card.question, card.answer, note, kind, place):
        place = place.model_copy(update={"content": hash_content(card.question, card.answer)})
    return SourceNote(note, place, kind)


def parse_own_id(name: str | None) -> str | None:
    """Return the name if it may be the id of a card of ours."""
    return name if name and _OWN_ID.fullmatch(name) else None


def parse_json(text: str) -> Any:
    """Return the JSON value without characters that cannot be stored. Raises ValueError, RecursionError."""
    value = json.loads(text)
    return clean_json(value) if "\\u" in text or "\x00" in text else value


def clean_json(value: Any) -> Any:
    """Return the JSON value without characters that cannot be stored, in keys too."""
    if isinstance(value, dict):
        return {strip_unstorable(name): clean_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    return strip_unstorable(value) if isinstance(value, str) else value


def dump_json(record: dict[str, Any]) -> str:
    """Return the record as compact JSON on one line."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _list_review_records(reviews: Sequence[Review]) -> Iterable[ReviewRecord]:
    last: Schedule | None = None
    names = [name for name in ReviewRecord.model_fields if name not in ("before", "after")]
    for review in reviews:
        before = None if review.before == last else ScheduleRecord.of(review.before)
        yield ReviewRecord.model_construct(
            **{name: getattr(review, name) for name in names},
            before=before,
            after=ScheduleRecord.of(review.after),
        )
        last = review.after


def _read_reviews(records: Sequence[ReviewRecord], card_id: str) -> list[Review]:
    """Return the reviews in order of time; ids follow from their instants, so that they stay the same."""
    reviews: dict[str, Review] = {}
    after: Schedule | None = None
    for record in sorted(records, key=lambda each: each.reviewed_at):
        review_id = _derive_review_id(card_id, record.reviewed_at, reviews)
        if record.before is not None or after is None:
            start = record.before or ScheduleRecord(scheduled_on=record.day)
            after = start.schedule(after.last_review if after else None)
        before, after = after, record.after.schedule(review_id)
        reviews[review_id] = Review.model_validate(
            {
                **{name: value for name, value in record if name not in ("before", "after")},
                "id": review_id,
                "flashcard": card_id,
                "before": before,
                "after": after,
                "imported": True,
            }
        )
    return list(reviews.values())


def _derive_review_id(card_id: str, at: datetime, taken: Iterable[str]) -> str:
    review_id = f"{card_id}.{(at - _EPOCH) // timedelta(milliseconds=1)}"
    return review_id if review_id not in taken else f"{review_id}-{sum(1 for _ in taken)}"


def _build_note_record(card: Flashcard, note: Note | None) -> NoteRecord | None:
    if note is None:
        return NoteRecord.model_construct(guid=card.note, ord=0) if card.note else None
    place = note.cards.get(card.id, NotePlace(ord=0))
    return NoteRecord.model_construct(
        guid=note.guid,
        **dict(place),
        note_type=note.note_type,
        fields=note.fields,
        tags=note.tags,
        modified=note.modified,
    )
