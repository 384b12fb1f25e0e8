"""Where reviews are kept."""

from functions.assessments.flashcards.scheduling.models import Answer, Review
from shared.clock import derived_id
from shared.store import Collection, Query

REVIEWS = Collection("users/{user}/reviews", Review)


def review_id(user_id: str, card_id: str, *key: str) -> str:
    """The same for the same key, so that a review handed in again lands on the first."""
    return derived_id("review", user_id, card_id, *key)


def history(user_id: str, card_id: str) -> Query[Review]:
    """The card's reviews, the latest first."""
    return _of_card(user_id, card_id).order_by("reviewed_at", descending=True)


def following(user_id: str, answer: Answer) -> Query[Review]:
    """The reviews of the answer's card from its instant on, in order of time."""
    return (
        _of_card(user_id, answer.flashcard)
        .where("reviewed_at", ">=", answer.reviewed_at)
        .order_by("reviewed_at")
    )


def preceding(user_id: str, answer: Answer) -> Query[Review]:
    """The reviews of the answer's card before its instant, the latest first."""
    return history(user_id, answer.flashcard).where("reviewed_at", "<", answer.reviewed_at)


def _of_card(user_id: str, card_id: str) -> Query[Review]:
    return REVIEWS.query(user=user_id).where("flashcard", "==", card_id).where("undone", "==", value=False)
