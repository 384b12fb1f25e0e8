"""Handing reviews in, in whatever order they come, and taking the last one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.assessments.flashcards.cards.counts import update_counts
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.store import FLASHCARDS, get_card, get_card_and_state
from functions.assessments.flashcards.reviews.errors import NothingToUndo
from functions.assessments.flashcards.reviews.history import known_reviews, rescheduled
from functions.assessments.flashcards.reviews.rules import comes_last, fact, placed, reviewed_card, taken_back
from functions.assessments.flashcards.reviews.siblings import put_off, siblings_of
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.fitting import enqueue_fit
from functions.assessments.flashcards.scheduling.load import Load, load_of
from functions.assessments.flashcards.scheduling.models import Answer, Review
from functions.assessments.flashcards.scheduling.placing import Days
from functions.assessments.flashcards.scheduling.policy import Policy
from shared.published.flashcards import FlashcardReviewUndone, FlashcardsReviewed, StudyState
from shared.services import Services
from shared.store import AlreadyExists, Transaction

Move = tuple[Flashcard, Flashcard]


@dataclass(frozen=True)
class HandedIn:
    """The card after its answers; the review of each, new ones and those that were there already."""

    card: Flashcard
    reviews: Mapping[str, Review]
    accepted: int


async def review(services: Services, *, user_id: str, card_id: str, answer: Answer) -> HandedIn:
    """Hand in one answer. Raises CardNotFound."""
    load = await load_of(services.store, user_id)
    return await hand_in(services, user_id=user_id, card_id=card_id, answers=[answer], load=load)


async def hand_in(
    services: Services, *, user_id: str, card_id: str, answers: Sequence[Answer], load: Load
) -> HandedIn:
    """Count each answer once and schedule the card as all its reviews in order of time have it, on a day with
    room; `load` is kept up.

    Costs 2 reads and 4 writes for an answer that is the latest, its event's outbox entry excepted; a read for
    each answer that may be there already, a read and a write for each review that is later than the earliest
    of them and for each sibling, and once a read for each review from before FSRS. Raises CardNotFound.
    """
    given = {answer.id: answer for answer in reversed(answers)}
    moved: list[Move] = []

    async def work(tx: Transaction, *, check: bool) -> HandedIn:
        while moved:  # it was tried before
            load.take_back(*moved.pop())
        card, state = await get_card_and_state(tx, user_id=user_id, card_id=card_id)
        last = all(comes_last(card.schedule, answer) for answer in given.values())
        known = {} if last and not check else await known_reviews(tx, user_id, given)
        fresh = [answer for answer in given.values() if answer.id not in known]
        if not fresh:
            return HandedIn(card, known, 0)
        reviews, moves = await _scheduled(tx, user_id, card, state, fresh, load)
        for move in moves:
            load.move(*move)
            moved.append(move)
        _keep(tx, user_id, reviews, fresh)
        _move(tx, user_id, moves)
        enqueue_fit(tx, user_id=user_id, state=state, reviews=load.reviews)
        return HandedIn(moves[0][1], known | {each.id: each for each in reviews}, len(fresh))

    try:
        return await services.store.transact(lambda tx: work(tx, check=False))
    except AlreadyExists:  # handed in before with another time, or by two at once
        return await services.store.transact(lambda tx: work(tx, check=True))


async def undo(services: Services, *, user_id: str, card_id: str) -> Flashcard:
    """Take the latest review back, as if it had not been. Raises CardNotFound, NothingToUndo."""

    async def work(tx: Transaction) -> Flashcard:
        card = await get_card(tx, user_id=user_id, card_id=card_id)
        if card.schedule.last_review is None:
            raise NothingToUndo
        ref = REVIEWS.doc(card.schedule.last_review, user=user_id)
        review = await tx.get(ref)
        if review is None:
            raise NothingToUndo
        before = taken_back(card, review)
        tx.put(ref, review.model_copy(update={"undone": True}))
        _move(tx, user_id, [(card, before)])
        tx.publish(FlashcardReviewUndone(user=user_id, flashcard=card_id, review=fact(review)))
        return before

    return await services.store.transact(work)


async def _scheduled(
    tx: Transaction, user_id: str, card: Flashcard, state: StudyState, fresh: Sequence[Answer], load: Load
) -> tuple[list[Review], list[Move]]:
    """The reviews to keep, the latest with the day it leads to, and the cards to move: this one first, then
    siblings out of its way."""
    policy, exam = Policy.of(state), state.exams.get(card.course)
    reviews = await rescheduled(tx, user_id=user_id, card=card, fresh=fresh, policy=policy)
    siblings = await siblings_of(tx, user_id=user_id, card=card, state=state)
    days = Days(load.besides(card), state.daily_review_limit, state.easy_days)
    reviews[-1] = placed(reviews[-1], siblings, days, exam=exam, policy=policy)
    return reviews, [(card, reviewed_card(card, reviews)), *put_off(siblings, reviews[-1].day)]


def _move(tx: Transaction, user_id: str, moved: Sequence[Move]) -> None:
    for _, after in moved:
        tx.put(FLASHCARDS.doc(after.id, user=user_id), after)
    update_counts(tx, user_id=user_id, changes=moved)


def _keep(tx: Transaction, user_id: str, reviews: Sequence[Review], fresh: Sequence[Answer]) -> None:
    """Keep the reviews, and tell of those that are new."""
    new = {answer.id for answer in fresh}
    for review in reviews:
        ref = REVIEWS.doc(review.id, user=user_id)
        if review.id in new:
            tx.create(ref, review)
        else:
            tx.put(ref, review)
    facts = tuple(fact(answer) for answer in sorted(fresh, key=lambda each: each.position))
    tx.publish(FlashcardsReviewed(user=user_id, flashcard=fresh[0].flashcard, reviews=facts))
