"""Where cards are kept, and the one document that each request about them reads."""

from functions.assessments.flashcards.cards.errors import CardNotFound
from functions.assessments.flashcards.cards.models import Flashcard
from shared.published.flashcards import STATE, STUDY_STATES, StudyState
from shared.store import Collection, Store, Transaction

FLASHCARDS = Collection("users/{user}/flashcards", Flashcard)


async def study_state(reads: Store | Transaction, user_id: str) -> StudyState:
    """Costs 1 read."""
    found = await reads.get(STUDY_STATES.doc(STATE, user=user_id))
    return found or StudyState(id=STATE)


async def visible_card(reads: Store | Transaction, *, user_id: str, card_id: str) -> Flashcard:
    """The card, unless its course was deleted. Costs 2 reads. Raises CardNotFound."""
    return (await card_in_study(reads, user_id=user_id, card_id=card_id))[0]


async def card_in_study(
    reads: Store | Transaction, *, user_id: str, card_id: str
) -> tuple[Flashcard, StudyState]:
    """A visible card, and how its user studies. Costs 2 reads. Raises CardNotFound."""
    state = await study_state(reads, user_id)
    card = await reads.get(FLASHCARDS.doc(card_id, user=user_id))
    if card is None or card.course in state.forgotten_courses:
        raise CardNotFound
    return card, state
