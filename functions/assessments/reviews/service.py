"""Handing reviews in, in whatever order they come, and taking the last one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.assessments.cards.counts import count_changes
from functions.assessments.cards.models import Flashcard
from functions.assessments.cards.rules import scheduled
from functions.assessments.cards.store import FLASHCARDS, visible_card
from functions.assessments.reviews.errors import NothingToUndo
from functions.assessments.reviews.models import Answer, Review
from functions.assessments.reviews.rules import comes_last, fact, inserted
from functions.assessments.reviews.store import REVIEWS, following
from shared.published.flashcards import FlashcardReviewUndone, FlashcardsReviewed
from shared.services import Services
from shared.store import AlreadyExists, Transaction
from shared.store.meter import note_items


@dataclass(frozen=True)
class HandedIn:
    """The card after its answers; the review of each, new ones and those that were there already."""

    card: Flashcard
    reviews: Mapping[str, Review]
    accepted: int


async def hand_in(services: Services, *, user_id: str, card_id: str, answers: Sequence[Answer]) -> HandedIn:
    """Count each answer once and schedule the card as all its reviews in order of time have it.

    Costs 2 reads and 4 writes for an answer that is the latest, its event's outbox entry excepted; a read for
    each answer that may be there already, and a read and a write for each review that is later than the
    earliest of them. Raises CardNotFound.
    """
    given = {answer.id: answer for answer in reversed(answers)}

    async def work(tx: Transaction, *, check: bool) -> HandedIn:
        card = await visible_card(tx, user_id=user_id, card_id=card_id)
        last = all(comes_last(card.schedule, answer) for answer in given.values())
        known = {} if last and not check else await _known(tx, user_id, given)
        fresh = [answer for answer in given.values() if answer.id not in known]
        if not fresh:
            return HandedIn(card, known, 0)
        changed = await _rescheduled(tx, user_id, card, fresh)
        after = scheduled(card, changed[-1].after)
        _keep(tx, user_id, changed, new={answer.id for answer in fresh})
        tx.put(FLASHCARDS.doc(card_id, user=user_id), after)
        count_changes(tx, user_id=user_id, changes=[(card, after)])
        facts = tuple(fact(answer) for answer in sorted(fresh, key=lambda each: each.position))
        tx.publish(FlashcardsReviewed(user=user_id, flashcard=card_id, reviews=facts))
        return HandedIn(after, known | {review.id: review for review in changed}, len(fresh))

    try:
        return await services.store.transact(lambda tx: work(tx, check=False))
    except AlreadyExists:  # handed in before with another time, or by two at once
        return await services.store.transact(lambda tx: work(tx, check=True))


async def undo(services: Services, *, user_id: str, card_id: str) -> Flashcard:
    """Take the latest review back, as if it had not been. Raises CardNotFound, NothingToUndo."""

    async def work(tx: Transaction) -> Flashcard:
        card = await visible_card(tx, user_id=user_id, card_id=card_id)
        if card.schedule.last_review is None:
            raise NothingToUndo
        ref = REVIEWS.doc(card.schedule.last_review, user=user_id)
        review = await tx.get(ref)
        if review is None:
            raise NothingToUndo
        before = scheduled(card, review.before)
        tx.put(ref, review.model_copy(update={"undone": True}))
        tx.put(FLASHCARDS.doc(card_id, user=user_id), before)
        count_changes(tx, user_id=user_id, changes=[(card, before)])
        tx.publish(FlashcardReviewUndone(user=user_id, flashcard=card_id, review=fact(review)))
        return before

    return await services.store.transact(work)


async def _known(tx: Transaction, user_id: str, given: Mapping[str, Answer]) -> dict[str, Review]:
    note_items(len(given))
    found = await tx.get_many([REVIEWS.doc(each, user=user_id) for each in given])
    return {review.id: review for review in found if review is not None}


async def _rescheduled(
    tx: Transaction, user_id: str, card: Flashcard, fresh: Sequence[Answer]
) -> list[Review]:
    """The new reviews and those after them, in order of time: each of these counts one more before it."""
    earliest = min(fresh, key=lambda answer: answer.position)
    tail: list[Review] = []
    if not comes_last(card.schedule, earliest):
        tail = await tx.find(following(user_id, earliest))
        note_items(max(1, len(tail)))
    return inserted(card.schedule, tail, fresh)


def _keep(tx: Transaction, user_id: str, reviews: Sequence[Review], *, new: set[str]) -> None:
    for review in reviews:
        ref = REVIEWS.doc(review.id, user=user_id)
        if review.id in new:
            tx.create(ref, review)
        else:
            tx.put(ref, review)
