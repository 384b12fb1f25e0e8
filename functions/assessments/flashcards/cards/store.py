"""Storage of cards, and the one document that each request about them reads."""

from functions.assessments.flashcards.cards.errors import CardNotFound
from functions.assessments.flashcards.cards.models import Flashcard
from shared.published.flashcards import STATE, STUDY_STATES, StudyState
from shared.store import Collection, Store, Transaction

FLASHCARDS = Collection("users/{user}/flashcards", Flashcard)


async def get_study_state(reads: Store | Transaction, user_id: str) -> StudyState:
    """Return the user's study state, or that of a new user. Costs 1 read."""
    state = await reads.get(STUDY_STATES.doc(STATE, user=user_id))
    return state or StudyState(id=STATE)


async def get_card(reads: Store | Transaction, *, user_id: str, card_id: str) -> Flashcard:
    """Return the card. Costs 2 reads. Raises CardNotFound, also for a card of a deleted course."""
    return (await get_card_and_state(reads, user_id=user_id, card_id=card_id))[0]


async def get_card_and_state(
    reads: Store | Transaction, *, user_id: str, card_id: str
) -> tuple[Flashcard, StudyState]:
    """Return the card and its user's study state, as `get_card` does."""
    state, card = await reads.get_both(
        STUDY_STATES.doc(STATE, user=user_id), FLASHCARDS.doc(card_id, user=user_id)
    )
    state = state or StudyState(id=STATE)
    if card is None or card.course in state.forgotten_courses:
        raise CardNotFound
    return card, state
