"""Anki's collection: an SQLite file of somebody else's, read without trust and in bounded memory."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks import note_types
from functions.assessments.flashcards.decks.anki_schedule import AnkiCard, Answered
from functions.assessments.flashcards.decks.errors import DeckTooLarge, Unreadable
from functions.assessments.flashcards.decks.models import NoteType

MOST_CARDS = 100_000
MOST_ANSWERS = 2_000_000
_LARGEST_CELL = 4 * 1024 * 1024
_STEPS_AT_ONCE, _MOST_STEPS = 100_000, 10_000  # of SQLite's machine: what no honest deck comes near
_TABLES = frozenset({"col", "notes", "cards", "revlog"})
_KNOWN_SCHEMAS = range(11, 19)

# What is needed of the two large tables, in the order in which it is needed.
_ORDERED = f"""
CREATE TEMP TABLE places (nid, ord, id, did, type, queue, due, ivl, factor, reps, lapses, flags, data,
                          PRIMARY KEY (nid, ord, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO places
  SELECT nid, ord, id, CASE WHEN odid THEN odid ELSE did END, type, queue,
         CASE WHEN odid AND odue THEN odue ELSE due END, ivl, factor, reps, lapses, flags, data
  FROM main.cards WHERE nid IS NOT NULL AND ord IS NOT NULL AND id IS NOT NULL LIMIT {MOST_CARDS + 1};
CREATE TEMP TABLE history (cid, id, ease, ivl, factor, time, PRIMARY KEY (cid, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO history
  SELECT cid, id, ease, ivl, factor, time
  FROM main.revlog WHERE ease > 0 AND cid IS NOT NULL AND id IS NOT NULL LIMIT {MOST_ANSWERS + 1};
"""  # noqa: S608 - numbers of ours


@dataclass(frozen=True, slots=True)
class AnkiNote:
    """A row of Anki's table `notes`; `data` is ours where we wrote the file."""

    id: int
    guid: str
    note_type: int
    modified: int
    tags: str
    fields: tuple[str, ...]
    data: str


@dataclass(frozen=True)
class Collection:
    """A collection that is open. Every method raises Unreadable where the file is broken."""

    db: sqlite3.Connection
    first_second: int
    note_types: dict[int, NoteType]
    decks: dict[int, str]

    def first_day(self, zone: ZoneInfo) -> date:
        return note_types.day_of(self.first_second, zone)

    def count(self) -> int:
        with _translated():
            return whole(self.db.execute("SELECT count(*) FROM notes").fetchone()[0])

    def notes(self) -> Iterator[AnkiNote]:
        with _translated():
            rows = self.db.execute("SELECT id, guid, mid, mod, tags, flds, data FROM notes ORDER BY id")
            for number, guid, kind, modified, tags, fields, data in rows:
                yield AnkiNote(
                    whole(number), text(guid), whole(kind), whole(modified), text(tags),
                    tuple(text(fields).split("\x1f")), text(data),
                )  # fmt: skip

    def cards(self, note: AnkiNote) -> list[tuple[AnkiCard, int, int]]:
        """The note's cards, each with its deck and its flags."""
        with _translated():
            rows = self.db.execute(
                "SELECT id, ord, type, queue, due, ivl, factor, reps, lapses, data, did, flags"
                " FROM places WHERE nid = ? ORDER BY ord, id LIMIT 1000",
                (note.id,),
            ).fetchall()
        return [(_card(row), whole(row[10]), whole(row[11])) for row in rows]

    def answers(self, card: AnkiCard) -> list[Answered]:
        """In order of time."""
        with _translated():
            rows = self.db.execute(
                "SELECT id, ease, ivl, factor, time FROM history WHERE cid = ? ORDER BY id", (card.id,)
            ).fetchall()
        return [Answered(*map(whole, row)) for row in rows]


@contextmanager
def opened(file: Path) -> Iterator[Collection]:
    """Raises Unreadable, DeckTooLarge."""
    db = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        with _translated():
            _restrict(db)
            found = _collection(db)
        yield found
    finally:
        db.close()


def whole(value: Any) -> int:
    """SQLite keeps any type in any column: a whole number of 64 bits, or 0."""
    return (
        value
        if isinstance(value, int)
        else int(value)
        if isinstance(value, float) and abs(value) < 2**63
        else 0
    )


def _card(row: Sequence[Any]) -> AnkiCard:
    number, position, kind, queue, due, interval, factor, reps, lapses = map(whole, row[:9])
    return AnkiCard(number, position, kind, queue, due, interval, factor, reps, lapses, text(row[9]))


def text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _collection(db: sqlite3.Connection) -> Collection:
    kinds = dict(db.execute("SELECT name, type || ' ' || upper(substr(sql, 1, 13)) FROM sqlite_master"))
    if any(kinds.get(name) != "table CREATE TABLE " for name in _TABLES):
        raise Unreadable("There is no collection of Anki's in the package")
    row = db.execute("SELECT crt, ver, models, decks FROM col LIMIT 1").fetchone()
    if row is None or whole(row[1]) not in _KNOWN_SCHEMAS:
        raise Unreadable("The collection has a schema that is not known here")
    is_new = kinds.get("notetypes") == "table CREATE TABLE "
    types = note_types.from_tables(db) if is_new else note_types.from_json(text(row[2]))
    decks = note_types.decks_from_tables(db) if is_new else note_types.decks_from_json(text(row[3]))
    db.executescript(_ORDERED)
    _check_size(db)
    db.set_authorizer(_only_reading)
    return Collection(db, whole(row[0]), types, decks)


def _check_size(db: sqlite3.Connection) -> None:
    for table, most in (("places", MOST_CARDS), ("history", MOST_ANSWERS)):
        if db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > most:  # noqa: S608 - names of ours
            raise DeckTooLarge(f"There are more than {MOST_CARDS:,} cards or {MOST_ANSWERS:,} answers")


def _restrict(db: sqlite3.Connection) -> None:
    """Nothing of the file's own may run, grow or go on for ever. Its pages are checked as they are read."""
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "temp_store = FILE"):
        db.execute(f"PRAGMA {pragma}")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_CELL)
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    db.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 0)
    db.text_factory = lambda content: content.decode("utf-8", "replace")
    db.create_collation("unicase", _unicase)
    left = iter(range(_MOST_STEPS))
    db.set_progress_handler(lambda: next(left, None) is None, _STEPS_AT_ONCE)


def _only_reading(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})


def _unicase(one: str, other: str) -> int:
    """Anki's own collation, without which its indexes can't be opened."""
    a, b = one.casefold(), other.casefold()
    return (a > b) - (a < b)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OverflowError):
        raise Unreadable("The collection in the package is broken") from None
