"""Deleting cards and reviews in the background, a bounded number at a time."""

from collections.abc import Sequence

from functions.assessments.cards.store import FLASHCARDS, study_state
from functions.assessments.cards.tasks import PurgeFlashcards, PurgeReviews
from functions.assessments.reviews.store import REVIEWS
from shared.published.flashcards import STATE, STUDY_STATES
from shared.store import Store, Transaction

_CARDS = 30  # as many as one `in` may name
_REVIEWS = 300


async def purge_reviews(store: Store, task: PurgeReviews) -> None:
    """Delete some reviews of a card that is gone, and see to the rest later."""

    async def work(tx: Transaction) -> None:
        if not await _delete_reviews(tx, task.user, [task.flashcard]):
            tx.enqueue(task)

    await store.transact(work)


async def purge_flashcards(store: Store, task: PurgeFlashcards) -> None:
    """Delete some cards of a forgotten course with their reviews, and see to the rest later. Their counts
    went with the course; once no card is left, the course is forgotten no longer but gone."""

    async def work(tx: Transaction) -> None:
        state = await study_state(tx, task.user)
        if task.course not in state.forgotten_courses:
            return
        query = FLASHCARDS.query(user=task.user).where("course", "==", task.course).limit(_CARDS)
        cards = [card.id for card in await tx.find(query)]
        if not cards:
            left = tuple(course for course in state.forgotten_courses if course != task.course)
            tx.merge(STUDY_STATES.doc(STATE, user=task.user), {"forgotten_courses": left})
            return
        if await _delete_reviews(tx, task.user, cards):
            for card in cards:
                tx.delete(FLASHCARDS.doc(card, user=task.user))
        tx.enqueue(task)

    await store.transact(work)


async def _delete_reviews(tx: Transaction, user_id: str, cards: Sequence[str]) -> bool:
    """Whether no review of the cards is left."""
    query = REVIEWS.query(user=user_id).where("flashcard", "in", list(cards)).limit(_REVIEWS)
    reviews = await tx.find(query)
    for review in reviews:
        tx.delete(REVIEWS.doc(review.id, user=user_id))
    return len(reviews) < _REVIEWS
