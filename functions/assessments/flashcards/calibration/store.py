"""Queries for a user's newest reviews."""

from functions.assessments.flashcards.calibration.history import Answered
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.models import Review
from shared.store import Store
from shared.store.meter import note_items

_PAGE = 500


async def list_newest_reviews(store: Store, *, user_id: str, limit: int) -> list[Answered]:
    """Return the newest reviews, in order of time, without undone ones. Costs 1 read for each."""
    query = REVIEWS.query(user=user_id).where("undone", "==", value=False)
    query = query.order_by("reviewed_at", descending=True)
    answers: list[Answered] = []
    while len(answers) < limit:
        size = min(_PAGE, limit - len(answers))
        page = await store.find(query.limit(size))
        note_items(len(page))
        answers += [_to_answered(review) for review in page]
        if len(page) < size:
            break
        query = query.after(query.get_cursor(page[-1]))
    return answers[::-1]


def _to_answered(review: Review) -> Answered:
    first = review.before.total_reviews == 0
    return Answered(review.flashcard, review.reviewed_at, review.day, review.quality, first)
