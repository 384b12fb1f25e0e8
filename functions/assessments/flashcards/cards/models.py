"""Flashcards, as they are stored."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.store import Document

CardType = Literal["basic", "cloze", "reversed"]
Difficulty = Literal["easy", "medium", "hard"]
Status = Literal["active", "archived", "suspended"]
Mastery = Literal["new", "learning", "difficult", "mastered"]
Source = Literal["manual", "generated", "import"]
Queue = Literal["new", "review", "relearn"]
CitationState = Literal["current", "changed", "gone"]


class Schedule(BaseModel):
    """The state of a card after its reviews.

    `scheduled_on` is a day of the user's, whatever the zone; `lapses` counts reviews of quality under 3,
    `successes` the others. `stability` (days until recall is at 90 %) and `difficulty` (1 to 10) are FSRS's;
    None before it has seen an answer. `introduced_on` and `reviewed_on` are the user's days of the first and
    the last review; None without any, and where an earlier version or a file does not tell.
    """

    model_config = ConfigDict(frozen=True)

    ease_factor: float = 2.5
    interval_days: int = 0
    repetitions: int = 0
    stability: float | None = None
    difficulty: float | None = None
    lapses: int = 0
    successes: int = 0
    total_reviews: int = 0
    scheduled_on: date
    introduced_on: date | None = None
    reviewed_on: date | None = None
    last_reviewed: datetime | None = None
    last_review: str | None = None

    @property
    def success_rate(self) -> float:
        return round(self.successes / self.total_reviews, 4) if self.total_reviews else 0.0


class Citation(BaseModel):
    """A verbatim quote of a source that supports a card.

    `state` tells whether the newest version of the document has the words, has them changed, or not at all;
    `document_version` is the newest that has them.
    """

    model_config = ConfigDict(frozen=True)

    document_id: str
    chunk_id: str
    quote: str
    page: int | None = None
    document_name: str | None = None
    document_version: int = 1
    state: CitationState = "current"


class CardContent(BaseModel):
    """The content of a card and its origin; `generator` names the model that proposed it.

    Cards of one `note` are siblings: they ask the same thing from different sides.
    """

    model_config = ConfigDict(frozen=True)

    course: str
    question: str
    answer: str
    explanation: str = ""
    card_type: CardType = "basic"
    difficulty_level: Difficulty = "medium"
    tags: tuple[str, ...] = ()
    concept: str = ""
    status: Status = "active"
    source: Source = "manual"
    citation: Citation | None = None
    confidence: float | None = None
    generator: str | None = None
    note: str | None = None
    assessment: str | None = None


class NewCard(CardContent):
    """A card to be added. With an `id` it can be added only once; a `schedule` is continued.

    `created_at` is given where it decides the order, as new cards are asked in the order of their creation.
    """

    id: str | None = None
    created_at: datetime | None = None
    schedule: Schedule | None = None
    buried_until: date | None = None


class Flashcard(CardContent, Document):
    """A card in study.

    `due_on`, `mastery` and `search_terms` follow from the other fields (`rules.derive_fields`);
    `suspended_by` is the review whose lapse suspended the card.

    `queue` is the one in which the card stands, from the user's day `asked_on` on and before `asked_until`;
    None while it is out of study or waits behind a card of its note (`queues.arrange`), and where an earlier
    version stored the card, which has not been `placed`. New cards stand in the order of their creation.
    """

    schedule: Schedule
    buried_until: date | None = None
    suspended_by: str | None = None
    due_on: date
    queue: Queue | None = None
    asked_on: date | None = None
    asked_until: date | None = None
    placed: bool = False
    mastery: Mastery = "new"
    search_terms: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime
