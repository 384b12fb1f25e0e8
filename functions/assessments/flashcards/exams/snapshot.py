"""Snapshots of a course's cards, as plans and forecasts see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.exams.rules import StudiedCard
from functions.assessments.flashcards.scheduling.fsrs import Model, read_memory
from shared.store import Query, Store

MAX_CARDS = 10_000  # of a course that plans look at; the others keep their scheduler's days
_PAGE = 500


@dataclass(frozen=True)
class DeckSnapshot:
    """The cards that were reviewed before, and the days on which the others are due."""

    studied: tuple[StudiedCard, ...]
    new: tuple[date, ...]

    @classmethod
    def of(cls, cards: Iterable[Flashcard], zone: ZoneInfo) -> Self:
        studied, new = [], []
        for card in cards:
            if card.schedule.total_reviews:
                studied.append(_view_studied(card, zone))
            else:
                new.append(card.due_on)
        return cls(tuple(studied), tuple(new))

    def __len__(self) -> int:
        return len(self.studied) + len(self.new)


def query_active(user_id: str, course_id: str) -> Query[Flashcard]:
    """Return the query for the course's active cards, by id."""
    cards = FLASHCARDS.query(user=user_id).where("course", "==", course_id)
    return cards.where("status", "==", "active")


async def take_snapshot(store: Store, *, user_id: str, course_id: str, zone: ZoneInfo) -> DeckSnapshot:
    """Return the course's whole deck. Costs 1 read for each card, up to `MAX_CARDS`."""
    query = query_active(user_id, course_id).limit(_PAGE)
    parts: list[DeckSnapshot] = []  # far smaller than the cards that they are of
    for _ in range(MAX_CARDS // _PAGE):
        cards = await store.find(query)
        parts.append(DeckSnapshot.of(cards, zone))
        if len(cards) < _PAGE:
            break
        query = query.after(query.get_cursor(cards[-1]))
    studied = tuple(card for part in parts for card in part.studied)
    return DeckSnapshot(studied, tuple(day for part in parts for day in part.new))


def _view_studied(card: Flashcard, zone: ZoneInfo) -> StudiedCard:
    schedule = card.schedule
    if schedule.reviewed_on is not None:
        last = schedule.reviewed_on
    elif schedule.last_reviewed is not None:
        last = to_local_day(schedule.last_reviewed, zone)
    else:  # imported without the time of its last review
        last = schedule.scheduled_on - timedelta(days=schedule.interval_days)
    memory = read_memory(schedule, Model())
    assert memory is not None  # noqa: S101 - the card was reviewed
    return StudiedCard(card.id, memory, last, card.due_on)
