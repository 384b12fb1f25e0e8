"""Anki's collection: an SQLite file of unknown origin, read in bounded memory and time."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks import note_types
from functions.assessments.flashcards.decks.anki_schedule import AnkiAnswer, AnkiCard
from functions.assessments.flashcards.decks.errors import DeckTooLarge, Unreadable
from functions.assessments.flashcards.decks.models import NoteType

MAX_CARDS = 100_000
MAX_ANSWERS = 2_000_000
_MAX_CELL_BYTES = 4 * 1024 * 1024
_STEPS_PER_CHECK, _MAX_CHECKS = 100_000, 10_000  # of SQLite's machine: far more than a real deck needs
_TABLES = frozenset({"col", "notes", "cards", "revlog"})
_KNOWN_SCHEMAS = range(11, 19)

# Copies of the needed columns of the two large tables, in the order in which they are read: new cards by
# position.
_COPY_ORDERED = f"""
CREATE TEMP TABLE places (nid, ord, id, did, type, queue, due, ivl, factor, reps, lapses, flags, data, rank,
                          PRIMARY KEY (nid, ord, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO places
  SELECT nid, ord, id, CASE WHEN odid THEN odid ELSE did END, type, queue,
         CASE WHEN odid AND odue THEN odue ELSE due END, ivl, factor, reps, lapses, flags, data,
         row_number() OVER (ORDER BY type = 0, CASE WHEN type = 0 THEN due END, nid, ord)
  FROM (SELECT * FROM main.cards WHERE nid IS NOT NULL AND ord IS NOT NULL AND id IS NOT NULL
        LIMIT {MAX_CARDS + 1});
CREATE TEMP TABLE ranks (nid PRIMARY KEY, rank) WITHOUT ROWID;
INSERT INTO ranks SELECT nid, min(rank) FROM places GROUP BY nid;
CREATE TEMP TABLE note_order (place INTEGER PRIMARY KEY, nid);
INSERT INTO note_order (nid)
  SELECT id FROM main.notes LEFT JOIN ranks ON nid = +id ORDER BY rank IS NULL, rank, id;
CREATE TEMP TABLE history (cid, id, ease, ivl, factor, time, PRIMARY KEY (cid, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO history
  SELECT cid, id, ease, ivl, factor, time
  FROM main.revlog WHERE ease > 0 AND cid IS NOT NULL AND id IS NOT NULL LIMIT {MAX_ANSWERS + 1};
"""  # noqa: S608 - our own numbers


@dataclass(frozen=True, slots=True)
class AnkiNote:
    """A row of Anki's table `notes`; `data` holds our records if we wrote the file."""

    id: int
    guid: str
    note_type: int
    modified: int
    tags: str
    fields: tuple[str, ...]
    data: str


@dataclass(frozen=True, slots=True)
class PlacedCard:
    """A card with the number of its deck, its flags, and its rank among all cards: new ones by position."""

    card: AnkiCard
    deck: int
    flags: int
    rank: int


@dataclass(frozen=True)
class AnkiCollection:
    """An open collection. Every method raises Unreadable if the file is damaged."""

    db: sqlite3.Connection
    first_second: int
    note_types: dict[int, NoteType]
    decks: dict[int, str]

    def first_day(self, zone: ZoneInfo) -> date:
        return note_types.to_day(self.first_second, zone)

    def count_notes(self) -> int:
        with _translate_errors():
            return to_int(self.db.execute("SELECT count(*) FROM notes").fetchone()[0])

    def read_notes(self) -> Iterator[AnkiNote]:
        """Yield the notes in the order of their cards."""
        with _translate_errors():
            rows = self.db.execute(
                "SELECT id, guid, mid, mod, tags, flds, data FROM note_order"
                " CROSS JOIN main.notes ON id = nid ORDER BY place"
            )
            for number, guid, kind, modified, tags, fields, data in rows:
                yield AnkiNote(
                    to_int(number), to_text(guid), to_int(kind), to_int(modified), to_text(tags),
                    tuple(to_text(fields).split("\x1f")), to_text(data),
                )  # fmt: skip

    def read_cards(self, note: AnkiNote) -> "list[PlacedCard]":
        """Return the cards of the note."""
        with _translate_errors():
            rows = self.db.execute(
                "SELECT id, ord, type, queue, due, ivl, factor, reps, lapses, data, did, flags, rank"
                " FROM places WHERE nid = ? ORDER BY ord, id LIMIT 1000",
                (note.id,),
            ).fetchall()
        return [PlacedCard(_read_card(row), *map(to_int, row[10:13])) for row in rows]

    def read_answers(self, card: AnkiCard) -> list[AnkiAnswer]:
        """Return the answers to the card in order of time."""
        with _translate_errors():
            rows = self.db.execute(
                "SELECT id, ease, ivl, factor, time FROM history WHERE cid = ? ORDER BY id", (card.id,)
            ).fetchall()
        return [AnkiAnswer(*map(to_int, row)) for row in rows]


@contextmanager
def open_collection(file: Path) -> Iterator[AnkiCollection]:
    """Open the file for reading. Raises Unreadable, DeckTooLarge."""
    db = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        with _translate_errors():
            _restrict(db)
            collection = _read_collection(db)
        yield collection
    finally:
        db.close()


def to_int(value: Any) -> int:
    """Return a whole number of 64 bits, or 0: SQLite stores any type in any column."""
    if isinstance(value, float):
        return int(value) if abs(value) < 2**63 else 0
    return value if isinstance(value, int) else 0


def _read_card(row: Sequence[Any]) -> AnkiCard:
    number, position, kind, queue, due, interval, factor, reps, lapses = map(to_int, row[:9])
    return AnkiCard(number, position, kind, queue, due, interval, factor, reps, lapses, to_text(row[9]))


def to_text(value: Any) -> str:
    """Return a column as text; its type in SQLite may be any."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _read_collection(db: sqlite3.Connection) -> AnkiCollection:
    kinds = dict(db.execute("SELECT name, type || ' ' || upper(substr(sql, 1, 13)) FROM sqlite_master"))
    if any(kinds.get(name) != "table CREATE TABLE " for name in _TABLES):
        raise Unreadable("The package holds no collection of Anki's")
    row = db.execute("SELECT crt, ver, models, decks FROM col LIMIT 1").fetchone()
    if row is None or to_int(row[1]) not in _KNOWN_SCHEMAS:
        raise Unreadable(
            "The collection has a schema that is not supported; export it again with a current Anki"
        )
    is_new = kinds.get("notetypes") == "table CREATE TABLE "
    types = note_types.read_types(db) if is_new else note_types.parse_types(to_text(row[2]))
    decks = note_types.read_decks(db) if is_new else note_types.parse_decks(to_text(row[3]))
    db.executescript(_COPY_ORDERED)
    _check_size(db)
    db.set_authorizer(_authorize_reading)
    return AnkiCollection(db, to_int(row[0]), types, decks)


def _check_size(db: sqlite3.Connection) -> None:
    for table, limit in (("places", MAX_CARDS), ("history", MAX_ANSWERS)):
        if db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > limit:  # noqa: S608 - our own names
            raise DeckTooLarge(
                f"The deck has more than {MAX_CARDS:,} cards or {MAX_ANSWERS:,} answers; import it in parts"
            )


def _restrict(db: sqlite3.Connection) -> None:
    """Let nothing of the file run, grow or go on without end; check its pages as they are read."""
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "temp_store = FILE"):
        db.execute(f"PRAGMA {pragma}")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_CELL_BYTES)
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    db.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 0)
    db.text_factory = lambda content: content.decode("utf-8", "replace")
    db.create_collation("unicase", _compare_unicase)
    left = iter(range(_MAX_CHECKS))
    db.set_progress_handler(lambda: next(left, None) is None, _STEPS_PER_CHECK)


def _authorize_reading(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})


def _compare_unicase(one: str, other: str) -> int:
    """Compare as Anki's own collation, without which its indexes cannot be opened."""
    a, b = one.casefold(), other.casefold()
    return (a > b) - (a < b)


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OverflowError):
        raise Unreadable("The collection in the package is damaged; export it again") from None
