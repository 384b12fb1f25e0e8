"""Events of other groups about reviews."""

from datetime import UTC, date, datetime, time

from shared.messages import Event
from shared.published.flashcards import FlashcardReviewUndone, FlashcardsReviewed, ReviewFact
from shared.store import Transaction
from tests.stack import Stack, User


async def publish(stack: Stack, *events: Event) -> None:
    """Publish the events one after the other and deliver them."""
    for event in events:

        async def work(tx: Transaction, event: Event = event) -> None:
            tx.publish(event)

        await stack.services.store.transact(work)
    await stack.drain()


def build_fact(day: date, *, successful: bool = True, seconds: float = 30.0, hour: int = 12) -> ReviewFact:
    at = datetime.combine(day, time(hour), tzinfo=UTC)
    return ReviewFact(day=day, reviewed_at=at, successful=successful, seconds=seconds)


def build_reviewed(user: User, *facts: ReviewFact) -> FlashcardsReviewed:
    return FlashcardsReviewed(user=user.id, flashcard="card", reviews=facts)


def build_undone(user: User, review: ReviewFact) -> FlashcardReviewUndone:
    return FlashcardReviewUndone(user=user.id, flashcard="card", review=review)
