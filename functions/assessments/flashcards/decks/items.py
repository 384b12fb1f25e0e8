"""Items that every reader of decks returns: cards to import, and rows that were rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.decks.occlusion import Mask
from functions.assessments.flashcards.scheduling.models import Review
from shared.clock import derive_id


@dataclass(frozen=True)
class Target:
    """The course of a user that a deck is imported into.

    Ids follow from it and from the identity that a card has in the file, so that a second import meets the
    first.
    """

    user_id: str
    course: str
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        return to_local_day(self.now, self.zone)

    def to_day(self, instant: datetime) -> date:
        return to_local_day(instant, self.zone)

    def derive_card_id(self, identity: str, position: int = 0) -> str:
        return derive_id("imported card", self.user_id, self.course, identity, str(position))

    def derive_note_id(self, guid: str) -> str:
        return derive_id("imported note", self.user_id, self.course, guid)


@dataclass(frozen=True, slots=True)
class SourceNote:
    """The note of Anki's that a card was made of, stored so that an export returns it."""

    note: Note
    place: NotePlace
    kind: NoteType


@dataclass(frozen=True, slots=True)
class CardItem:
    """A card with its reviews, earliest first.

    `own_id` is the id that it had where it was exported: a user's own card that comes back exists already.
    `left_out` says in words for the user what could not be taken over; `mask` is a picture to be made for it.
    """

    row: int
    id: str
    card: NewCard
    reviews: Sequence[Review] = ()
    own_id: str | None = None
    original: SourceNote | None = None
    left_out: tuple[str, ...] = ()
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A row of which something was left out, or the file as a whole in row 0."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not imported. `row` counts notes, lines or items from 1; 0 is the file as a whole."""

    row: int
    error: str


@dataclass(frozen=True)
class MediaFile:
    """A file of a package: its name on cards, and its entry in the archive."""

    name: str
    entry: str


Item = CardItem | RejectedRow | Remark
MAX_REVIEWS = 2000  # of one card: as many as one transaction takes
