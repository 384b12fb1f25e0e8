"""Purge of cards and reviews in the background, a bounded number at a time."""

from collections.abc import Sequence

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.cards.tasks import PurgeReviews
from functions.assessments.flashcards.reviews.store import REVIEWS
from shared.store import Store, Transaction

_MAX_CARDS = 30  # as many as one `in` may name
_MAX_REVIEWS = 300


async def purge_reviews(store: Store, task: PurgeReviews) -> None:
    """Delete some reviews of a deleted card, and enqueue the task again for the rest.

    The reviews of a card that was imported again meanwhile stay.
    """
    card = FLASHCARDS.doc(task.flashcard, user=task.user)

    async def work(tx: Transaction) -> None:
        if await tx.get(card) is not None:
            return
        if not await _purge_reviews(tx, task.user, [task.flashcard]):
            tx.enqueue(task)

    await store.transact(work)


async def purge_cards(tx: Transaction, user_id: str, course_id: str) -> bool:
    """Delete some cards of a course with their reviews; return whether none were left."""
    query = FLASHCARDS.query(user=user_id).where("course", "==", course_id).limit(_MAX_CARDS)
    cards = [card.id for card in await tx.find(query)]
    if not cards:
        return True
    if await _purge_reviews(tx, user_id, cards):
        for card in cards:
            tx.delete(FLASHCARDS.doc(card, user=user_id))
    return False


async def _purge_reviews(tx: Transaction, user_id: str, cards: Sequence[str]) -> bool:
    """Delete some reviews of the cards; return whether none are left."""
    query = REVIEWS.query(user=user_id).where("flashcard", "in", list(cards)).limit(_MAX_REVIEWS)
    reviews = await tx.find(query)
    for review in reviews:
        tx.delete(REVIEWS.doc(review.id, user=user_id))
    return len(reviews) < _MAX_REVIEWS
