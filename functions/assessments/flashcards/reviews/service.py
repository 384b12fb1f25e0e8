"""Recording of answers, in whatever order they arrive, and undoing of the latest review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from functions.assessments.flashcards.cards.changes import save_changes
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.queues import Change, arrange
from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.flashcards.cards.store import get_card, get_card_and_state
from functions.assessments.flashcards.reviews.errors import NothingToUndo
from functions.assessments.flashcards.reviews.history import find_known_reviews, recompute_reviews
from functions.assessments.flashcards.reviews.pending import add_pending, enqueue_roll_up
from functions.assessments.flashcards.reviews.rules import (
    apply_reviews,
    is_latest,
    place_review,
    relearn_today,
    undo_review,
)
from functions.assessments.flashcards.reviews.siblings import (
    find_note,
    note_postponed,
    postpone_siblings,
    restore_siblings,
    select_siblings,
)
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.fitting import enqueue_fit
from functions.assessments.flashcards.scheduling.load import Load, read_load
from functions.assessments.flashcards.scheduling.models import Answer, Review
from functions.assessments.flashcards.scheduling.placing import Days
from functions.assessments.flashcards.scheduling.policy import Policy
from shared.identity import Principal
from shared.published.flashcards import StudyState
from shared.services import Services
from shared.store import AlreadyExists, Transaction


@dataclass(frozen=True)
class ReviewOutcome:
    """The card after its answers, and the review of each, new or recorded before."""

    card: Flashcard
    reviews: Mapping[str, Review]
    accepted: int


async def record_answer(
    services: Services, *, principal: Principal, card_id: str, answer: Answer
) -> ReviewOutcome:
    """Record one answer. Raises CardNotFound."""
    user_id = principal.user_id
    load = await read_load(services.store, user_id)
    outcome = await record_answers(
        services, principal=principal, card_id=card_id, answers=[answer], load=load
    )
    if outcome.accepted:
        await enqueue_roll_up(services, user_id=user_id, pending_since=load.pending_since)
    return outcome


async def record_answers(
    services: Services, *, principal: Principal, card_id: str, answers: Sequence[Answer], load: Load
) -> ReviewOutcome:
    """Record each answer once, and schedule the card by all its reviews in order of time, on a day with room.

    `load` is updated. Costs 2 reads and 3 writes for an answer that is the latest; a read for each answer
    that may be recorded already, a read and a write for each review that is later than the earliest of them
    and for each sibling, and once a read for each review from before FSRS.
    Raises CardNotFound.
    """
    user_id, today = principal.user_id, to_local_day(services.clock.now(), principal.zone)
    by_id = {answer.id: answer for answer in reversed(answers)}
    applied: list[Change] = []

    async def work(tx: Transaction, *, check: bool) -> tuple[ReviewOutcome, StudyState]:
        while applied:  # by an attempt that met a conflict
            load.undo_move(*applied.pop())
        card, state = await get_card_and_state(tx, user_id=user_id, card_id=card_id)
        latest = all(is_latest(card.schedule, answer) for answer in by_id.values())
        known = {} if latest and not check else await find_known_reviews(tx, user_id, by_id)
        new = [answer for answer in by_id.values() if answer.id not in known]
        if not new:
            return ReviewOutcome(card, known, 0), state
        reviews, moves = await _reschedule(tx, user_id, card, state, new, load, today)
        for move in moves:
            load.move(*move)
            applied.append(move)
        _save_reviews(tx, user_id, reviews, new)
        now = services.clock.now()
        save_changes(tx, user_id=user_id, changes=moves, pending=add_pending(new, sign=1, now=now))
        return ReviewOutcome(
            moves[0][1] or card, known | {each.id: each for each in reviews}, len(new)
        ), state

    try:
        outcome, state = await services.store.transact(lambda tx: work(tx, check=False))
    except AlreadyExists:  # recorded before with another time, or by two requests at once
        outcome, state = await services.store.transact(lambda tx: work(tx, check=True))
    await enqueue_fit(services.store, user_id=user_id, state=state, reviews=load.reviews)
    return outcome


async def undo_latest_review(services: Services, *, user_id: str, card_id: str) -> Flashcard:
    """Undo the latest review, as if it had not happened. Raises CardNotFound, NothingToUndo."""

    async def work(tx: Transaction) -> Flashcard:
        card = await get_card(tx, user_id=user_id, card_id=card_id)
        if card.schedule.last_review is None:
            raise NothingToUndo
        ref = REVIEWS.doc(card.schedule.last_review, user=user_id)
        review = await tx.get(ref)
        if review is None:
            raise NothingToUndo
        note = await find_note(tx, user_id=user_id, card=card)
        restored = restore_siblings([each for each in note if each.id != card.id], review)
        changes = arrange([(card, undo_review(card, review)), *restored], note)
        tx.put(ref, review.model_copy(update={"undone": True}))
        pending = {} if review.is_imported else add_pending([review], sign=-1, now=services.clock.now())
        save_changes(tx, user_id=user_id, changes=changes, pending=pending)
        return changes[0][1] or card

    card = await services.store.transact(work)
    await enqueue_roll_up(services, user_id=user_id, pending_since=None)
    return card


async def _reschedule(
    tx: Transaction,
    user_id: str,
    card: Flashcard,
    state: StudyState,
    new: Sequence[Answer],
    load: Load,
    today: date,
) -> tuple[list[Review], list[Change]]:
    """Return the reviews to save, the latest with its due day, and the cards to move.

    This card comes first, then siblings that are moved out of its way or take its place.
    """
    policy, exam = Policy.of(state), state.exams.get(card.course)
    reviews = await recompute_reviews(tx, user_id=user_id, card=card, new=new, policy=policy)
    note = await find_note(tx, user_id=user_id, card=card)
    siblings = select_siblings(note, card)
    days = Days(load.count_others(card), state.daily_review_limit, state.easy_days)
    last = place_review(reviews[-1], siblings, days, exam=exam, policy=policy, today=today)
    if state.relearn_today and last.day == today:
        last = relearn_today(last)
    moved = postpone_siblings(siblings, last.day)
    reviews = note_postponed([*reviews[:-1], last], moved)
    return reviews, arrange([(card, apply_reviews(card, reviews)), *moved], note)


def _save_reviews(tx: Transaction, user_id: str, reviews: Sequence[Review], new: Sequence[Answer]) -> None:
    """Create the reviews of new answers, and save those that they change."""
    new_ids = {answer.id for answer in new}
    for review in reviews:
        ref = REVIEWS.doc(review.id, user=user_id)
        if review.id in new_ids:
            tx.create(ref, review)
        else:
            tx.put(ref, review)
