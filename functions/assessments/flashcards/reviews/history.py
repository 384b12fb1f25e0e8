"""Earlier reviews of a card: the answers that are known, and the reviews that a late answer changes."""

from collections.abc import Mapping, Sequence

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.reviews.rules import insert_answers, is_latest, restore_memory
from functions.assessments.flashcards.reviews.store import REVIEWS, query_following, query_preceding
from functions.assessments.flashcards.scheduling.models import Answer, Review
from functions.assessments.flashcards.scheduling.policy import Policy
from shared.store import Transaction
from shared.store.meter import note_items

_MAX_REPLAYED_REVIEWS = 200  # reviews before these hardly change what FSRS makes of a card


async def find_known_reviews(
    tx: Transaction, user_id: str, answers: Mapping[str, Answer]
) -> dict[str, Review]:
    """Return the reviews of answers that were recorded before, by id."""
    note_items(len(answers))
    reviews = await tx.get_many([REVIEWS.doc(each, user=user_id) for each in answers])
    return {review.id: review for review in reviews if review is not None}


async def recompute_reviews(
    tx: Transaction, *, user_id: str, card: Flashcard, new: Sequence[Answer], policy: Policy
) -> list[Review]:
    """Return the reviews of new answers, and the later ones that they change, in order of time."""
    earliest = min(new, key=lambda answer: answer.position)
    tail: list[Review] = []
    if not is_latest(card.schedule, earliest):
        tail = await tx.find(query_following(user_id, earliest))
        note_items(max(1, len(tail)))
    before = tail[0].before if tail else card.schedule
    start = await _restore_memory(tx, user_id, before, earliest, policy)
    reviews = insert_answers(start, tail, new, policy)
    # What an undo gives back is the schedule as it was, without the memory that only the new answer needed.
    return [each.model_copy(update={"before": before}) if each.before is start else each for each in reviews]


async def _restore_memory(
    tx: Transaction, user_id: str, schedule: Schedule, answer: Answer, policy: Policy
) -> Schedule:
    """Return the schedule before the answer with FSRS's memory, which reviews from before FSRS lack."""
    if schedule.stability is not None or not schedule.total_reviews:
        return schedule
    past = await tx.find(query_preceding(user_id, answer).limit(_MAX_REPLAYED_REVIEWS))
    note_items(max(1, len(past)))
    return restore_memory(schedule, past[::-1], policy)
