"""Siblings, cards of one note: they give each other's answers away, so they are not asked on one day."""

from collections.abc import Iterable
from datetime import date, timedelta

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.rules import bury_card
from functions.assessments.flashcards.cards.store import FLASHCARDS
from shared.published.flashcards import StudyState
from shared.store import Transaction
from shared.store.meter import note_items

_MAX_CARDS = 50  # of a note; more are not kept apart


async def find_siblings(
    tx: Transaction, *, user_id: str, card: Flashcard, state: StudyState
) -> list[Flashcard]:
    """Return the other active cards of the card's note.

    Costs a read for each card of the note, if it has one.
    """
    if card.note is None:
        return []
    cards = await tx.find(FLASHCARDS.query(user=user_id).where("note", "==", card.note).limit(_MAX_CARDS))
    note_items(len(cards))
    others = [each for each in cards if each.id != card.id and each.status == "active"]
    return [each for each in others if each.course not in state.forgotten_courses]


def postpone_siblings(siblings: Iterable[Flashcard], day: date) -> list[tuple[Flashcard, Flashcard]]:
    """Return the siblings that are due by the day, before and after they are moved to the day after it."""
    return [(card, bury_card(card, day + timedelta(days=1))) for card in siblings if card.due_on <= day]
