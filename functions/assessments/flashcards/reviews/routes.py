"""/api/v1/assessments/flashcards/{id}/review/ and its like."""

from functions.assessments.flashcards.cards.errors import CardNotFound
from functions.assessments.flashcards.cards.routes import CARD, CARDS
from functions.assessments.flashcards.cards.schemas import FlashcardView
from functions.assessments.flashcards.cards.store import get_card
from functions.assessments.flashcards.reviews import service
from functions.assessments.flashcards.reviews.batch import hand_in_batch
from functions.assessments.flashcards.reviews.errors import NothingToUndo
from functions.assessments.flashcards.reviews.schemas import (
    ReviewBatchIn,
    ReviewBatchView,
    ReviewedView,
    ReviewIn,
    ReviewView,
)
from functions.assessments.flashcards.reviews.store import history, review_id
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, IdempotencyKey, Provided
from shared.web.pages import AskedPage, Page, page
from shared.web.router import Router

router = Router(tag="reviews")

_REVIEW = Cost(
    reads=4,
    writes=5,
    deletes=1,
    reads_per_item=1,
    writes_per_item=1,
    note="items are the cards of the same note; where a review comes late or again, itself and the card's "
    "reviews after it; and once the card's reviews from before FSRS",
)
_BATCH = Cost(
    reads=2,
    reads_per_item=3,
    writes_per_item=5,
    note="items are the reviews, the cards of the same notes, and as for one review those of the same card",
)


@router.serve("POST", f"{CARDS}reviews/batch/", access=USER, cost=_BATCH)
async def review_batch(
    services: Provided, caller: Caller, body: ReviewBatchIn, key: IdempotencyKey
) -> ReviewBatchView:
    """Hand in up to 500 reviews in any order; a second sending changes nothing.

    What cannot be taken stands in `rejected` and does not hold up the others. Each review needs a
    `client_review_id` or its `reviewed_at`, by which it is known again.
    """
    return await hand_in_batch(services, principal=caller, reviews=body.reviews, key=key)


@router.serve("POST", f"{CARD}review/", access=USER, cost=_REVIEW, errors=[CardNotFound])
async def review_flashcard(
    services: Provided, caller: Caller, card_id: str, body: ReviewIn, key: IdempotencyKey
) -> ReviewedView:
    """Review a card. It counts once for each `client_review_id`, or Idempotency-Key, however often sent."""
    known_by = body.client_review_id or key
    identity = review_id(caller.user_id, card_id, known_by) if known_by else services.ids.new()
    answer = body.answer(review_id=identity, card_id=card_id, now=services.clock.now(), zone=caller.zone)
    done = await service.review(services, user_id=caller.user_id, card_id=card_id, answer=answer)
    return ReviewedView.of(done.reviews[identity], done.card, caller.zone)


@router.serve(
    "POST",
    f"{CARD}undo/",
    access=USER,
    cost=Cost(reads=4, writes=5, deletes=1),
    errors=[CardNotFound, NothingToUndo],
)
async def undo_review(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Take the card's latest review back; 409 where there is none."""
    card = await service.undo(services, user_id=caller.user_id, card_id=card_id)
    return FlashcardView.of(card, caller.zone)


@router.serve(
    "GET", f"{CARD}reviews/", access=USER, cost=Cost(reads=4, reads_per_item=1), errors=[CardNotFound]
)
async def list_reviews(
    services: Provided, caller: Caller, card_id: str, asked: AskedPage
) -> Page[ReviewView]:
    """The card's reviews, the latest first."""
    card = await get_card(services.store, user_id=caller.user_id, card_id=card_id)
    reviews = history(caller.user_id, card_id)
    count = card.schedule.total_reviews
    return await page(services.store, reviews, asked, ReviewView.of, count=count)
