"""A card as a file of ours tells it: all that is kept of it, its past included."""

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
from functions.assessments.flashcards.decks.incoming import Incoming, Original, Place
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.decks.plain import LONGEST_HTML, storable
from functions.assessments.flashcards.scheduling.models import Review
from shared.web.schemas import DocumentId, GivenDate, GivenInstant

MOST_REVIEWS = 2000
LARGEST_NOTE = 250_000  # characters: a document holds a mebibyte
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OWN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_Long = Annotated[str, StringConstraints(max_length=5000)]
_Html = Annotated[str, StringConstraints(max_length=LONGEST_HTML)]
_Name = Annotated[str, StringConstraints(max_length=200)]
_Days = Annotated[int, Field(ge=0, le=36_500)]
_Number = Annotated[int, Field(ge=0, le=1_000_000)]
_Count = Annotated[int, Field(ge=0, le=100_000_000)]


class _Part(BaseModel):
    """What others added is passed over, so that a file of a later version is read as far as it is known."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class CitationRecord(_Part):
    document_id: _Name
    chunk_id: _Name
    quote: _Long
    page: _Count | None = None
    document_name: _Name | None = None
    document_version: _Count = 1
    state: CitationState = "current"


class ScheduleRecord(_Part):
    """`Schedule`, but for what its place gives: the id of the last review."""

    ease_factor: Annotated[float, Field(ge=1, le=10)] = 2.5
    interval_days: _Days = 0
    repetitions: _Number = 0
    stability: Annotated[float, Field(gt=0, le=100_000)] | None = None
    difficulty: Annotated[float, Field(ge=1, le=10)] | None = None
    lapses: _Number = 0
    successes: _Number = 0
    total_reviews: _Number = 0
    scheduled_on: GivenDate
    last_reviewed: GivenInstant | None = None

    @classmethod
    def of(cls, schedule: Schedule) -> "ScheduleRecord":
        return cls.model_construct(**{name: getattr(schedule, name) for name in cls.model_fields})

    def schedule(self, last_review: str | None) -> Schedule:
        return Schedule.model_construct(**dict(self), last_review=last_review)


class ReviewRecord(_Part):
    """An answer with the schedule it led to; `before` only where it is not the one before's `after`."""

    quality: Annotated[int, Field(ge=0, le=5)]
    reviewed_at: GivenInstant
    day: GivenDate
    response_time_seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    user_answer: _Long = ""
    notes: _Long = ""
    scheduler: Annotated[str, Field(pattern="^(sm2|fsrs)$")] = "sm2"
    desired_retention: Annotated[float, Field(gt=0, lt=1)] = 0.9
    before: ScheduleRecord | None = None
    after: ScheduleRecord


class NoteRecord(_Part):
    """The note of Anki's that the card was made of. Cards of the same `guid` are siblings."""

    guid: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    ord: Annotated[int, Field(ge=0, le=1000)] = 0
    deck: _Name = ""
    flags: _Count = 0
    note_type: Annotated[str, StringConstraints(max_length=40)] | None = None
    fields: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=65_536)], ...], Field(max_length=100)
    ] = ()
    tags: Annotated[tuple[_Name, ...], Field(max_length=200)] = ()
    modified: Annotated[int, Field(ge=0, le=10**11)] = 0

    @field_validator("fields")
    @classmethod
    def _fit_in_a_document(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if sum(map(len, value)) > LARGEST_NOTE:
            raise ValueError(f"may have {LARGEST_NOTE:,} characters together")
        return value


class CardRecord(_Part):
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
    buried_until: GivenDate | None = None
    schedule: ScheduleRecord | None = None
    note: NoteRecord | None = None
    reviews: Annotated[tuple[ReviewRecord, ...], Field(max_length=MOST_REVIEWS)] = ()

    @model_validator(mode="after")
    def _has_gaps(self) -> Self:
        if self.card_type == "cloze" and (problem := find_gap_problem(self.question)):
            raise ValueError(problem)
        return self


_CONTENT = tuple(name for name in CardRecord.model_fields if name in NewCard.model_fields)
_OF_CARD = tuple(name for name in _CONTENT if name not in ("id", "schedule", "note"))


def record_of(card: Flashcard, reviews: Sequence[Review], note: Note | None) -> dict[str, Any]:
    """The card as JSON, without what says nothing."""
    record = CardRecord.model_construct(
        **{name: getattr(card, name) for name in _OF_CARD},
        id=card.id,
        schedule=ScheduleRecord.of(card.schedule),
        note=_note_record(card, note),
        reviews=tuple(_review_records(reviews)),
    )
    kept: dict[str, Any] = record.model_dump(mode="json", exclude_defaults=True)
    return {**kept, "source": card.source}


def incoming_of(
    record: CardRecord, *, row: int, place: Place, card_id: str, original: Original | None = None
) -> Incoming:
    """The card of a record as it is to be kept."""
    reviews = _reviews(record.reviews, card_id)
    last = reviews[-1].id if reviews else None
    content = {name: getattr(record, name) for name in _OF_CARD}
    content["citation"] = record.citation and Citation(**dict(record.citation))
    content["note"] = original.note.id if original else record.note and place.note_id(record.note.guid)
    card = NewCard(
        **content,
        course=place.course,
        id=card_id,
        schedule=record.schedule.schedule(last) if record.schedule else None,
    )
    return Incoming(
        row=row,
        id=card_id,
        card=card,
        reviews=reviews,
        own_id=own_id(record.id),
        original=original,
    )


def original_of(record: NoteRecord, *, place: Place, kind: NoteType) -> Original:
    note = Note(
        id=place.note_id(record.guid),
        course=place.course,
        guid=record.guid,
        note_type=kind.id,
        fields=record.fields,
        tags=record.tags,
        modified=record.modified,
    )
    return Original(note, NotePlace(ord=record.ord, deck=record.deck, flags=record.flags), kind)


def own_id(name: str | None) -> str | None:
    """The name where it may be the id of a card of ours."""
    return name if name and _OWN_ID.fullmatch(name) else None


def parsed(text: str) -> Any:
    """The JSON value, without characters that nothing can store. Raises ValueError, RecursionError."""
    value = json.loads(text)
    return cleaned(value) if "\\u" in text or "\x00" in text else value


def cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {storable(name): cleaned(item) for name, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return storable(value) if isinstance(value, str) else value


def as_json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _review_records(reviews: Sequence[Review]) -> Iterable[ReviewRecord]:
    last: Schedule | None = None
    plain = [name for name in ReviewRecord.model_fields if name not in ("before", "after")]
    for review in reviews:
        before = None if review.before == last else ScheduleRecord.of(review.before)
        yield ReviewRecord.model_construct(
            **{name: getattr(review, name) for name in plain},
            before=before,
            after=ScheduleRecord.of(review.after),
        )
        last = review.after


def _reviews(records: Sequence[ReviewRecord], card_id: str) -> list[Review]:
    """In order of time; each is known by its instant, so that another time it is the same."""
    reviews: dict[str, Review] = {}
    after: Schedule | None = None
    for record in sorted(records, key=lambda each: each.reviewed_at):
        identity = _identity(card_id, record.reviewed_at, reviews)
        if record.before is not None or after is None:
            start = record.before or ScheduleRecord(scheduled_on=record.day)
            after = start.schedule(after.last_review if after else None)
        before, after = after, record.after.schedule(identity)
        reviews[identity] = Review.model_validate(
            {
                **{name: value for name, value in record if name not in ("before", "after")},
                "id": identity,
                "flashcard": card_id,
                "before": before,
                "after": after,
            }
        )
    return list(reviews.values())


def _identity(card_id: str, at: datetime, taken: Iterable[str]) -> str:
    identity = f"{card_id}.{(at - _EPOCH) // timedelta(milliseconds=1)}"
    return identity if identity not in taken else f"{identity}-{sum(1 for _ in taken)}"


def _note_record(card: Flashcard, note: Note | None) -> NoteRecord | None:
    if note is None:
        return NoteRecord.model_construct(guid=card.note, ord=0) if card.note else None
    placed = note.cards.get(card.id, NotePlace(ord=0))
    return NoteRecord.model_construct(
        guid=note.guid,
        **dict(placed),
        note_type=note.note_type,
        fields=note.fields,
        tags=note.tags,
        modified=note.modified,
    )
