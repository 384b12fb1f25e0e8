"""What was reviewed before: which answers are known, and which reviews a late answer changes."""

from collections.abc import Mapping, Sequence

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.reviews.rules import comes_last, inserted, remembering
from functions.assessments.flashcards.reviews.store import REVIEWS, following, preceding
from functions.assessments.flashcards.scheduling.models import Answer, Review
from functions.assessments.flashcards.scheduling.policy import Policy
from shared.store import Transaction
from shared.store.meter import note_items

_MOST_REMEMBERED = 200  # reviews before these hardly change what FSRS makes of a card


async def known_reviews(tx: Transaction, user_id: str, given: Mapping[str, Answer]) -> dict[str, Review]:
    note_items(len(given))
    found = await tx.get_many([REVIEWS.doc(each, user=user_id) for each in given])
    return {review.id: review for review in found if review is not None}


async def rescheduled(
    tx: Transaction, *, user_id: str, card: Flashcard, fresh: Sequence[Answer], policy: Policy
) -> list[Review]:
    """The new reviews and those after them, in order of time: each of these counts one more before it."""
    earliest = min(fresh, key=lambda answer: answer.position)
    tail: list[Review] = []
    if not comes_last(card.schedule, earliest):
        tail = await tx.find(following(user_id, earliest))
        note_items(max(1, len(tail)))
    start = await _remembered(tx, user_id, tail[0].before if tail else card.schedule, earliest, policy)
    return inserted(start, tail, fresh, policy)


async def _remembered(
    tx: Transaction, user_id: str, schedule: Schedule, answer: Answer, policy: Policy
) -> Schedule:
    """The schedule before the answer with FSRS's memory, which reviews from before there was FSRS lack."""
    if schedule.stability is not None or not schedule.total_reviews:
        return schedule
    past = await tx.find(preceding(user_id, answer).limit(_MOST_REMEMBERED))
    note_items(max(1, len(past)))
    return remembering(schedule, past[::-1], policy)
