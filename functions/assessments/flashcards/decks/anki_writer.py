"""Writer of Anki's collections in schema 11, which every Anki since 2012 opens."""

import hashlib
import json
import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import to_day_start, to_local_day
from functions.assessments.flashcards.decks import own_note_types
from functions.assessments.flashcards.decks.anki_reader import encode_data
from functions.assessments.flashcards.decks.anki_schedule import (
    BY_DAY,
    NEW,
    REVIEW,
    SUSPENDED,
    USER_BURIED,
    Calendar,
    convert_quality,
)
from functions.assessments.flashcards.decks.anki_schema import SCHEMA, build_column
from functions.assessments.flashcards.decks.content import hash_content, is_rendered_from, parse_tags
from functions.assessments.flashcards.decks.markup import to_html, to_plain
from functions.assessments.flashcards.decks.media_names import list_media_names
from functions.assessments.flashcards.decks.models import NoteType
from functions.assessments.flashcards.decks.occlusion import is_mask
from functions.assessments.flashcards.decks.records import build_record
from functions.assessments.flashcards.decks.selection import ExportedCard
from functions.assessments.flashcards.scheduling.models import Review

_CALENDAR_LEAD = timedelta(days=3650)  # a collection counts its days from so long ago: few lie before
_DAY_BEGINS = timedelta(hours=4)
_BLANKS = re.compile(r"\s+")
_GAP = re.compile(r"\{\{c(\d{1,3})::")


class AnkiWriter:
    """A collection that is being written to disk. It keeps next to nothing of earlier cards in memory.

    New cards get their positions in the order in which they are added. `masks` are the names of covered
    pictures that cards whose notes were changed show.
    """

    def __init__(self, folder: Path, *, zone: ZoneInfo, now: datetime) -> None:
        self.path = folder / "collection.anki2"
        self._zone, self._now = zone, now
        self._today = to_local_day(now, zone)
        self._calendar = Calendar(self._today - _CALENDAR_LEAD)
        self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)
        self._db.execute("BEGIN")
        self._milliseconds = int(now.timestamp() * 1000)
        self._last_id = self._milliseconds
        self._new_cards = 0
        self.masks: set[str] = set()
        self._kinds: dict[str, tuple[int, NoteType]] = {}
        self._decks: dict[str, int] = {"Default": 1}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, exported: ExportedCard, *, deck: str) -> None:
        """Write a card with its reviews, and its note unless a sibling did."""
        card = exported.card
        if _is_unchanged(exported):
            assert exported.note is not None  # noqa: S101 - an unchanged card has one
            place = exported.note.cards[card.id]
            note = self._write_source_note(exported)
            position, flags, deck = place.ord, place.flags, place.deck or deck
        else:
            note, position, flags = self._write_own_note(exported), _find_first_gap(card), 0
            names = list_media_names(f"{card.question}\n{card.answer}\n{card.explanation}")
            self.masks.update(name for name in names if is_mask(name))
        number = self._insert_card(
            card, note=note, position=position, deck=self._number_deck(deck), flags=flags
        )
        for review in exported.reviews:
            self._insert_answer(review, number)

    def finish(self) -> Path:
        """Complete and close the file, and return its path."""
        kinds = dict(self._kinds.values())
        started = to_day_start(self._calendar.first, self._zone) + _DAY_BEGINS
        row = build_column(kinds, self._decks, started=started, now=self._now, zone=self._zone)
        self._db.execute("INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')", row)
        self._db.execute("DROP INDEX ix_notes_guid")
        self._db.execute("COMMIT")
        self._db.close()
        return self.path

    def _write_source_note(self, exported: ExportedCard) -> int:
        note, kind = exported.note, exported.kind
        assert note is not None  # noqa: S101
        assert kind is not None  # noqa: S101 - the caller looked
        record = build_record(exported.card, exported.reviews, None)
        position = note.cards[exported.card.id].ord
        row = self._db.execute("SELECT id, data FROM notes WHERE guid = ?", (note.guid,)).fetchone()
        fields = "\x1f".join(note.fields)
        if row is not None:
            records = {**json.loads(row[1])["cards"], str(position): record}
            self._db.execute("UPDATE notes SET data = ? WHERE id = ?", (encode_data(fields, records), row[0]))
            return int(row[0])
        tags = note.tags if parse_tags(" ".join(note.tags)) == exported.card.tags else exported.card.tags
        data = encode_data(fields, {str(position): record})
        return self._insert_note(note.guid, kind, note.fields, tags, modified=note.modified, data=data)

    def _write_own_note(self, exported: ExportedCard) -> int:
        card = exported.card
        kind = own_note_types.CLOZE if card.card_type == "cloze" else own_note_types.BASIC
        fields = tuple(to_html(text) for text in (card.question, card.answer, card.explanation))
        record = build_record(card, exported.reviews, None)
        if card.note:
            record["note"] = {"guid": exported.note.guid if exported.note else card.note}
        data = encode_data("\x1f".join(fields), {str(_find_first_gap(card)): record})
        return self._insert_note(
            card.id, kind, fields, card.tags, modified=int(card.updated_at.timestamp()), data=data
        )

    def _insert_note(
        self,
        guid: str,
        kind: NoteType,
        fields: tuple[str, ...],
        tags: tuple[str, ...],
        *,
        modified: int,
        data: str,
    ) -> int:
        number = self._take_id()
        first, sort = to_plain(fields[0]), to_plain(fields[min(kind.sort_field, len(fields) - 1)])
        checksum = int(hashlib.sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        spaced = "".join(f" {_BLANKS.sub('_', tag)}" for tag in tags)
        self._db.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, ?)",
            (number, guid, self._number_type(kind), modified, f"{spaced} " if spaced else "",
             "\x1f".join(fields), sort, checksum, data),
        )  # fmt: skip
        return number

    def _insert_card(self, card: Flashcard, *, note: int, position: int, deck: int, flags: int) -> int:
        number, schedule = self._take_id(), card.schedule
        is_new = not schedule.total_reviews and not schedule.interval_days
        queue = NEW if is_new else BY_DAY
        self._new_cards += is_new
        if card.status != "active":
            queue = SUSPENDED
        elif card.buried_until and card.buried_until > self._today:
            queue = USER_BURIED
        self._db.execute(
            "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)",
            (number, note, deck, position, int(card.updated_at.timestamp()), NEW if is_new else REVIEW, queue,
             self._new_cards if is_new else self._calendar.to_number(schedule.scheduled_on),
             0 if is_new else max(1, schedule.interval_days),
             0 if is_new else round(schedule.ease_factor * 1000),
             schedule.total_reviews, schedule.lapses, flags, _encode_memory(schedule)),
        )  # fmt: skip
        return number

    def _insert_answer(self, review: Review, card: int) -> None:
        """Insert the review under its instant in milliseconds, or the first free one after it."""
        number = int(review.reviewed_at.timestamp() * 1000)
        row = (
            card,
            convert_quality(review.quality),
            max(1, review.after.interval_days),
            review.before.interval_days,
            round(review.after.ease_factor * 1000),
            min(60_000_000, round((review.response_time_seconds or 0) * 1000)),
            1 if review.before.total_reviews else 0,
        )
        text = "INSERT OR IGNORE INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)"
        while not self._db.execute(text, (number, *row)).rowcount:
            number += 1

    def _number_type(self, kind: NoteType) -> int:
        """Return the number of the type in the file: Anki's own, or the next free one."""
        if kind.id not in self._kinds:
            taken = {number for number, _ in self._kinds.values()}
            number = kind.anki_id
            while number in taken:
                number += 1
            self._kinds[kind.id] = number, kind
        return self._kinds[kind.id][0]

    def _number_deck(self, name: str) -> int:
        parts = name.split("::")
        for depth in range(1, len(parts) + 1):
            self._decks.setdefault("::".join(parts[:depth]), self._milliseconds + len(self._decks))
        return self._decks[name]

    def _take_id(self) -> int:
        self._last_id += 1
        return self._last_id


def _is_unchanged(exported: ExportedCard) -> bool:
    """Return whether the note that came from Anki still has the content of the card."""
    card, note, kind = exported.card, exported.note, exported.kind
    if note is None or kind is None:
        return False
    place = note.cards[card.id]
    if place.content:
        return place.content == hash_content(card.question, card.answer)
    return card.updated_at == card.created_at or is_rendered_from(
        card.question, card.answer, note, kind, place
    )


def _find_first_gap(card: Flashcard) -> int:
    found = _GAP.search(card.question) if card.card_type == "cloze" else None
    return max(0, int(found[1]) - 1) if found else 0


def _encode_memory(schedule: Schedule) -> str:
    """Return FSRS's memory and the time of the last review, in seconds since 1970, as Anki stores them."""
    memory: dict[str, float] = {}
    if schedule.stability is not None and schedule.difficulty is not None:
        memory = {"s": round(schedule.stability, 4), "d": round(schedule.difficulty, 3)}
    if schedule.last_reviewed is not None:
        memory["lrt"] = int(schedule.last_reviewed.timestamp())
    return json.dumps(memory)
