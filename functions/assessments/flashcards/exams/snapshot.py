"""A course's cards as plans and forecasts see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.rules import local_day
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.exams.memory import Memory
from functions.assessments.flashcards.exams.rules import Studied
from functions.assessments.flashcards.scheduling.fsrs import memory_from_sm2
from shared.store import Query, Store

MOST_CARDS = 10_000  # of a course that plans look at; the others keep their scheduler's days
_PAGE = 500


@dataclass(frozen=True)
class Deck:
    """The cards that were reviewed before, and the days on which the others are due."""

    studied: tuple[Studied, ...]
    new: tuple[date, ...]

    def __len__(self) -> int:
        return len(self.studied) + len(self.new)


def in_study(user_id: str, course_id: str) -> Query[Flashcard]:
    """The course's active cards, by id."""
    cards = FLASHCARDS.query(user=user_id).where("course", "==", course_id)
    return cards.where("status", "==", "active")


async def whole_deck(store: Store, *, user_id: str, course_id: str, zone: ZoneInfo) -> Deck:
    """Costs 1 read for each card, up to `MOST_CARDS`."""
    query = in_study(user_id, course_id).limit(_PAGE)
    decks: list[Deck] = []
    for _ in range(MOST_CARDS // _PAGE):
        cards = await store.find(query)
        decks.append(deck_of(cards, zone))
        if len(cards) < _PAGE:
            break
        query = query.after(query.cursor_of(cards[-1]))
    studied = tuple(card for deck in decks for card in deck.studied)
    return Deck(studied, tuple(day for deck in decks for day in deck.new))


def deck_of(cards: Iterable[Flashcard], zone: ZoneInfo) -> Deck:
    studied, new = [], []
    for card in cards:
        if card.schedule.total_reviews:
            studied.append(_studied(card, zone))
        else:
            new.append(card.due_on)
    return Deck(tuple(studied), tuple(new))


def _studied(card: Flashcard, zone: ZoneInfo) -> Studied:
    schedule = card.schedule
    if schedule.last_reviewed is not None:
        last = local_day(schedule.last_reviewed, zone)
    else:  # imported, and the import did not tell
        last = schedule.scheduled_on - timedelta(days=schedule.interval_days)
    if schedule.stability is None or schedule.difficulty is None:
        memory = Memory(*memory_from_sm2(schedule))
    else:
        memory = Memory(schedule.stability, schedule.difficulty)
    return Studied(card.id, memory, last, card.due_on)
