"""Cards of one note give each other's answers away: they are not asked on one day."""

from collections.abc import Iterable
from datetime import date, timedelta

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.rules import bury_card
from functions.assessments.flashcards.cards.store import FLASHCARDS
from shared.published.flashcards import StudyState
from shared.store import Transaction
from shared.store.meter import note_items

_MOST = 50  # what a note has more of is not kept apart


async def siblings_of(
    tx: Transaction, *, user_id: str, card: Flashcard, state: StudyState
) -> list[Flashcard]:
    """The other active cards of the card's note. Costs a read for each card of the note; for a card without
    one nothing."""
    if card.note is None:
        return []
    found = await tx.find(FLASHCARDS.query(user=user_id).where("note", "==", card.note).limit(_MOST))
    note_items(len(found))
    others = [each for each in found if each.id != card.id and each.status == "active"]
    return [each for each in others if each.course not in state.forgotten_courses]


def put_off(siblings: Iterable[Flashcard], day: date) -> list[tuple[Flashcard, Flashcard]]:
    """Those that are due on the day or were before, as they are and as they are asked a day later."""
    return [(card, bury_card(card, day + timedelta(days=1))) for card in siblings if card.due_on <= day]
