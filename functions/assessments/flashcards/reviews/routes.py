"""Routes of reviews: /api/v1/assessments/flashcards/{id}/review/ and others."""

from functions.assessments.flashcards.cards.errors import CardNotFound
from functions.assessments.flashcards.cards.routes import CARD, CARDS
from functions.assessments.flashcards.cards.schemas import FlashcardView
from functions.assessments.flashcards.cards.store import get_card
from functions.assessments.flashcards.reviews import service
from functions.assessments.flashcards.reviews.batch import record_batch
from functions.assessments.flashcards.reviews.errors import NothingToUndo
from functions.assessments.flashcards.reviews.schemas import (
    ReviewBatchIn,
    ReviewBatchView,
    ReviewedView,
    ReviewIn,
    ReviewView,
)
from functions.assessments.flashcards.reviews.store import derive_review_id, query_history
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, IdempotencyKey, Provided
from shared.web.pages import Page, RequestedPage, get_page
from shared.web.router import Router

router = Router(tag="reviews")

_REVIEW = Cost(
    reads=4,
    writes=3,
    reads_per_item=1,
    writes_per_item=1,
    note="items are the cards of the same note; where a review comes late or again, itself and the card's "
    "reviews after it; and once the card's reviews from before FSRS",
)
_BATCH = Cost(
    reads=2,
    reads_per_item=3,
    writes_per_item=3,
    note="items are the reviews, the cards of the same notes, and as for one review those of the same card",
)


@router.serve("POST", f"{CARDS}reviews/batch/", access=USER, cost=_BATCH)
async def review_flashcards(
    services: Provided, caller: Caller, body: ReviewBatchIn, key: IdempotencyKey
) -> ReviewBatchView:
    """Record up to 500 reviews in any order; sending them again changes nothing.

    Invalid reviews are listed in `rejected` and do not hold up the others. Each review needs a
    `client_review_id` or its `reviewed_at`, by which it is recognised when it is sent again.
    """
    return await record_batch(services, principal=caller, reviews=body.reviews, key=key)


@router.serve("POST", f"{CARD}review/", access=USER, cost=_REVIEW, errors=[CardNotFound])
async def review_flashcard(
    services: Provided, caller: Caller, card_id: str, body: ReviewIn, key: IdempotencyKey
) -> ReviewedView:
    """Review a card.

    A review counts once for each `client_review_id` or Idempotency-Key, however often sent.
    """
    client_key = body.client_review_id or key
    review_id = derive_review_id(caller.user_id, card_id, client_key) if client_key else services.ids.new()
    answer = body.to_answer(review_id=review_id, card_id=card_id, now=services.clock.now(), zone=caller.zone)
    outcome = await service.record_answer(services, principal=caller, card_id=card_id, answer=answer)
    return ReviewedView.of(outcome.reviews[review_id], outcome.card, caller.zone)


@router.serve(
    "POST",
    f"{CARD}undo/",
    access=USER,
    cost=Cost(
        reads=4,
        writes=4,
        reads_per_item=1,
        writes_per_item=1,
        note="items are the cards of the same note; a write less unless the review was imported",
    ),
    errors=[CardNotFound, NothingToUndo],
)
async def undo_review(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Undo the latest review of a card; 409 if it has none."""
    card = await service.undo_latest_review(services, user_id=caller.user_id, card_id=card_id)
    return FlashcardView.of(card, caller.zone)


@router.serve(
    "GET", f"{CARD}reviews/", access=USER, cost=Cost(reads=4, reads_per_item=1), errors=[CardNotFound]
)
async def list_flashcard_reviews(
    services: Provided, caller: Caller, card_id: str, asked: RequestedPage
) -> Page[ReviewView]:
    """List the reviews of a card, the latest first."""
    card = await get_card(services.store, user_id=caller.user_id, card_id=card_id)
    reviews = query_history(caller.user_id, card_id)
    count = card.schedule.total_reviews
    return await get_page(services.store, reviews, asked, ReviewView.of, count=count)
