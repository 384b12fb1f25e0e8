"""Writing a collection of Anki's, schema 11, which every Anki since 2012 opens."""

import hashlib
import json
import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import to_day_start
from functions.assessments.flashcards.decks import own_types
from functions.assessments.flashcards.decks.anki_deck import card_tags, content_of, data_of
from functions.assessments.flashcards.decks.anki_schedule import (
    BY_DAY,
    NEW,
    REVIEW,
    SUSPENDED,
    USER_BURIED,
    Calendar,
    ease_of,
)
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.models import NoteType
from functions.assessments.flashcards.decks.plain import markup, plain
from functions.assessments.flashcards.decks.records import record_of
from functions.assessments.flashcards.decks.schema11 import SCHEMA, column_json
from functions.assessments.flashcards.decks.selection import Outgoing
from functions.assessments.flashcards.scheduling.models import Review

_BEFORE = timedelta(days=3650)  # days are counted from here, so that few lie before it
_DAY_BEGINS = timedelta(hours=4)
_BLANKS = re.compile(r"\s+")
_GAP = re.compile(r"\{\{c(\d{1,3})::")


class AnkiFile:
    """A collection in the making, on disk: what it knows of the cards before is in the file itself."""

    def __init__(self, folder: Path, *, zone: ZoneInfo, now: datetime) -> None:
        self.path = folder / "collection.anki2"
        self._zone, self._now = zone, now
        self._today = now.astimezone(zone).date()
        self._calendar = Calendar(self._today - _BEFORE)
        self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)
        self._db.execute("BEGIN")
        self._milliseconds = int(now.timestamp() * 1000)
        self._next = self._milliseconds
        self._kinds: dict[str, tuple[int, NoteType]] = {}
        self._decks: dict[str, int] = {"Default": 1}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, outgoing: Outgoing, *, deck: str) -> None:
        """A card with its note, unless a sibling brought that, and its reviews."""
        card = outgoing.card
        if _is_unchanged(outgoing):
            assert outgoing.note is not None  # noqa: S101 - what is unchanged was Anki's
            place = outgoing.note.cards[card.id]
            note = self._original(outgoing)
            position, flags, deck = place.ord, place.flags, place.deck or deck
        else:
            note, position, flags = self._own(outgoing), _first_gap(card), 0
        number = self._card(card, note=note, position=position, deck=self._deck(deck), flags=flags)
        for review in outgoing.reviews:
            self._answer(review, number)

    def finish(self) -> Path:
        """The file, complete and closed."""
        kinds = dict(self._kinds.values())
        started = to_day_start(self._calendar.first, self._zone) + _DAY_BEGINS
        row = column_json(kinds, self._decks, started=started, now=self._now, zone=self._zone)
        self._db.execute("INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')", row)
        self._db.execute("DROP INDEX ix_notes_guid")
        self._db.execute("COMMIT")
        self._db.close()
        return self.path

    def _original(self, outgoing: Outgoing) -> int:
        note, kind = outgoing.note, outgoing.kind
        assert note is not None  # noqa: S101
        assert kind is not None  # noqa: S101 - the caller looked
        record = record_of(outgoing.card, outgoing.reviews, None)
        position = note.cards[outgoing.card.id].ord
        row = self._db.execute("SELECT id, data FROM notes WHERE guid = ?", (note.guid,)).fetchone()
        fields = "\x1f".join(note.fields)
        if row is not None:
            known = {**json.loads(row[1])["cards"], str(position): record}
            self._db.execute("UPDATE notes SET data = ? WHERE id = ?", (data_of(fields, known), row[0]))
            return int(row[0])
        tags = note.tags if card_tags(" ".join(note.tags)) == outgoing.card.tags else outgoing.card.tags
        data = data_of(fields, {str(position): record})
        return self._note(note.guid, kind, note.fields, tags, modified=note.modified, data=data)

    def _own(self, outgoing: Outgoing) -> int:
        card = outgoing.card
        kind = own_types.CLOZE if card.card_type == "cloze" else own_types.BASIC
        fields = tuple(markup(text) for text in (card.question, card.answer, card.explanation))
        record = record_of(card, outgoing.reviews, None)
        if card.note and outgoing.note is None:
            record["note"] = {"guid": card.note}
        data = data_of("\x1f".join(fields), {str(_first_gap(card)): record})
        return self._note(
            card.id, kind, fields, card.tags, modified=int(card.updated_at.timestamp()), data=data
        )

    def _note(
        self,
        guid: str,
        kind: NoteType,
        fields: tuple[str, ...],
        tags: tuple[str, ...],
        *,
        modified: int,
        data: str,
    ) -> int:
        number = self._new_id()
        first, sort = plain(fields[0]), plain(fields[min(kind.sort_field, len(fields) - 1)])
        checksum = int(hashlib.sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        spaced = "".join(f" {_BLANKS.sub('_', tag)}" for tag in tags)
        self._db.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, ?)",
            (number, guid, self._kind(kind), modified, f"{spaced} " if spaced else "",
             "\x1f".join(fields), sort, checksum, data),
        )  # fmt: skip
        return number

    def _card(self, card: Flashcard, *, note: int, position: int, deck: int, flags: int) -> int:
        number, schedule = self._new_id(), card.schedule
        is_new = not schedule.total_reviews and not schedule.interval_days
        queue = NEW if is_new else BY_DAY
        if card.status != "active":
            queue = SUSPENDED
        elif card.buried_until and card.buried_until > self._today:
            queue = USER_BURIED
        self._db.execute(
            "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)",
            (number, note, deck, position, int(card.updated_at.timestamp()), NEW if is_new else REVIEW, queue,
             number % 1_000_000 if is_new else self._calendar.number(schedule.scheduled_on),
             0 if is_new else max(1, schedule.interval_days),
             0 if is_new else round(schedule.ease_factor * 1000),
             schedule.total_reviews, schedule.lapses, flags, _memory(schedule)),
        )  # fmt: skip
        return number

    def _answer(self, review: Review, card: int) -> None:
        """Its id is its instant in milliseconds, or one after it that is free."""
        number = int(review.reviewed_at.timestamp() * 1000)
        row = (
            card,
            ease_of(review.quality),
            max(1, review.after.interval_days),
            review.before.interval_days,
            round(review.after.ease_factor * 1000),
            min(60_000_000, round((review.response_time_seconds or 0) * 1000)),
            1 if review.before.total_reviews else 0,
        )
        text = "INSERT OR IGNORE INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)"
        while not self._db.execute(text, (number, *row)).rowcount:
            number += 1

    def _kind(self, kind: NoteType) -> int:
        """Its number in the file: Anki's own, or one near it where two types have the same."""
        if kind.id not in self._kinds:
            taken = {number for number, _ in self._kinds.values()}
            number = kind.anki_id
            while number in taken:
                number += 1
            self._kinds[kind.id] = number, kind
        return self._kinds[kind.id][0]

    def _deck(self, name: str) -> int:
        parts = name.split("::")
        for depth in range(1, len(parts) + 1):
            self._decks.setdefault("::".join(parts[:depth]), self._milliseconds + len(self._decks))
        return self._decks[name]

    def _new_id(self) -> int:
        self._next += 1
        return self._next


def _is_unchanged(outgoing: Outgoing) -> bool:
    """Whether the note that Anki gave still says what the card says."""
    card, note, kind = outgoing.card, outgoing.note, outgoing.kind
    if note is None or kind is None:
        return False
    try:
        said = content_of(note.fields, kind, note.cards[card.id].ord)
    except Unreadable:
        return False
    return (said["question"], said["answer"]) == (card.question, card.answer)


def _first_gap(card: Flashcard) -> int:
    found = _GAP.search(card.question) if card.card_type == "cloze" else None
    return max(0, int(found[1]) - 1) if found else 0


def _memory(schedule: Schedule) -> str:
    """FSRS's memory, and in seconds when the card was asked last."""
    known: dict[str, float] = {}
    if schedule.stability is not None and schedule.difficulty is not None:
        known = {"s": round(schedule.stability, 4), "d": round(schedule.difficulty, 3)}
    if schedule.last_reviewed is not None:
        known["lrt"] = int(schedule.last_reviewed.timestamp())
    return json.dumps(known)
