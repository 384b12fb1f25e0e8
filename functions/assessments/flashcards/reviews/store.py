"""Storage of reviews."""

from functions.assessments.flashcards.scheduling.models import Answer, Review
from shared.clock import derive_id
from shared.store import Collection, Query

REVIEWS = Collection("users/{user}/reviews", Review)


def derive_review_id(user_id: str, card_id: str, *key: str) -> str:
    """Return the same id for the same key, so that a review sent again meets the first."""
    return derive_id("review", user_id, card_id, *key)


def query_history(user_id: str, card_id: str) -> Query[Review]:
    """Return the query for the card's reviews, the latest first."""
    return _of_card(user_id, card_id).order_by("reviewed_at", descending=True)


def query_following(user_id: str, answer: Answer) -> Query[Review]:
    """Return the query for the reviews of the answer's card from its time on, in order of time."""
    return (
        _of_card(user_id, answer.flashcard)
        .where("reviewed_at", ">=", answer.reviewed_at)
        .order_by("reviewed_at")
    )


def query_preceding(user_id: str, answer: Answer) -> Query[Review]:
    """Return the query for the reviews of the answer's card before its time, the latest first."""
    return query_history(user_id, answer.flashcard).where("reviewed_at", "<", answer.reviewed_at)


def _of_card(user_id: str, card_id: str) -> Query[Review]:
    return REVIEWS.query(user=user_id).where("flashcard", "==", card_id).where("undone", "==", value=False)
