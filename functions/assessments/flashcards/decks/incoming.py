"""What every reader of decks gives: cards as they are to be kept, and rows that cannot be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.scheduling.models import Review
from shared.clock import derive_id


@dataclass(frozen=True)
class Place:
    """Where a deck is read into. What is in it gets ids by where it goes and what it was known as, so that a
    second time finds the first."""

    user_id: str
    course: str
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def card_id(self, known_as: str, position: int = 0) -> str:
        return derive_id("imported card", self.user_id, self.course, known_as, str(position))

    def note_id(self, guid: str) -> str:
        return derive_id("imported note", self.user_id, self.course, guid)


@dataclass(frozen=True, slots=True)
class Original:
    """The note of Anki's that a card was made of, kept so that Anki gets it back."""

    note: Note
    place: NotePlace
    kind: NoteType


@dataclass(frozen=True, slots=True)
class Incoming:
    """A card with its past, earliest first. `own_id` is what it was called where it was exported: a user's
    own card that comes home is there already."""

    row: int
    id: str
    card: NewCard
    reviews: Sequence[Review] = ()
    own_id: str | None = None
    original: Original | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """`row` counts notes, lines or items from 1; 0 stands for the file as a whole."""

    row: int
    error: str


@dataclass(frozen=True)
class Reading:
    """A deck that is being read; `rows` is how many there are, where that is known beforehand."""

    items: Iterator[Incoming | Refused]
    rows: int | None = None
    media: Sequence["MediaFile"] = field(default_factory=tuple)


@dataclass(frozen=True)
class MediaFile:
    """A file of a package: what cards call it, and where it is in the archive."""

    name: str
    entry: str
