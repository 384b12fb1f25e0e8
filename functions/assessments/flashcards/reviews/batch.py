"""Batches of reviews from clients that were offline: each review is checked by itself and counts once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from functions.assessments.flashcards.reviews.pending import enqueue_roll_up
from functions.assessments.flashcards.reviews.schemas import (
    CardScheduled,
    ReviewBatchItem,
    ReviewBatchView,
    ReviewRejected,
)
from functions.assessments.flashcards.reviews.service import ReviewOutcome, record_answers
from functions.assessments.flashcards.reviews.store import derive_review_id
from functions.assessments.flashcards.scheduling.load import read_load
from functions.assessments.flashcards.scheduling.models import Answer
from shared.errors import ApiError, NotFound, ValidationFailed
from shared.identity import Principal
from shared.services import Services
from shared.store.meter import note_items
from shared.web.errors import describe_problems

_MAX_CONCURRENT_CARDS = 6

Raw = Mapping[str, Any]


@dataclass
class _Batch:
    """The answers by card, each with its place in the batch, and the errors of rejected ones by place."""

    by_card: dict[str, list[tuple[int, Answer]]] = field(default_factory=dict)
    rejected: dict[int, str] = field(default_factory=dict)


async def record_batch(
    services: Services, *, principal: Principal, reviews: Sequence[Raw], key: str | None
) -> ReviewBatchView:
    """Record every valid review, in a transaction for each card; `key` is the request's Idempotency-Key."""
    note_items(len(reviews))
    batch = _group_by_card(reviews, principal=principal, key=key, now=services.clock.now())
    load = await read_load(services.store, principal.user_id)
    semaphore = asyncio.Semaphore(_MAX_CONCURRENT_CARDS)

    async def record_card(card_id: str) -> ReviewOutcome | NotFound:
        answers = [answer for _, answer in batch.by_card[card_id]]
        async with semaphore:
            try:
                return await record_answers(
                    services, principal=principal, card_id=card_id, answers=answers, load=load
                )
            except NotFound as error:
                return error

    tasks = (record_card(card_id) for card_id in batch.by_card)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    if any(isinstance(outcome, ReviewOutcome) and outcome.accepted for outcome in outcomes):
        await enqueue_roll_up(services, user_id=principal.user_id, pending_since=load.pending_since)
    return _build_view(reviews, batch, dict(zip(batch.by_card, outcomes, strict=True)), principal)


def _group_by_card(reviews: Sequence[Raw], *, principal: Principal, key: str | None, now: datetime) -> _Batch:
    batch = _Batch()
    for index, raw in enumerate(reviews):
        try:
            answer = _parse(raw, principal=principal, key=f"{key}:{index}" if key else None, now=now)
        except ApiError as error:
            batch.rejected[index] = _describe(error)
        else:
            batch.by_card.setdefault(answer.flashcard, []).append((index, answer))
    return batch


def _parse(raw: Raw, *, principal: Principal, key: str | None, now: datetime) -> Answer:
    """Check an item of the batch and return its answer. Raises ValidationFailed."""
    try:
        item = ReviewBatchItem.model_validate(raw)
    except ValidationError as error:
        raise describe_problems(error.errors()) from None
    if item.client_review_id:
        parts = [item.client_review_id]
    elif item.reviewed_at:
        parts = [item.reviewed_at.isoformat(), str(item.quality)]
    elif key:
        parts = [key]
    else:
        raise ValidationFailed("Send client_review_id or reviewed_at, so that the review counts once")
    review_id = derive_review_id(principal.user_id, item.flashcard, *parts)
    return item.to_answer(review_id=review_id, card_id=item.flashcard, now=now, zone=principal.zone)


def _build_view(
    reviews: Sequence[Raw],
    batch: _Batch,
    outcomes: Mapping[str, ReviewOutcome | BaseException],
    principal: Principal,
) -> ReviewBatchView:
    accepted, cards, errors = 0, [], dict(batch.rejected)
    for card_id, outcome in outcomes.items():
        if isinstance(outcome, ReviewOutcome):
            accepted += outcome.accepted
            cards.append(CardScheduled.of(outcome.card, principal.zone))
        elif isinstance(outcome, NotFound):
            errors |= {index: outcome.text for index, _ in batch.by_card[card_id]}
        else:
            raise outcome
    return ReviewBatchView(
        accepted=accepted,
        duplicates=len(reviews) - len(errors) - accepted,
        rejected=[_build_rejection(index, reviews[index], error) for index, error in sorted(errors.items())],
        flashcards=cards,
    )


def _build_rejection(index: int, raw: Raw, error: str) -> ReviewRejected:
    card, client = raw.get("flashcard"), raw.get("client_review_id")
    return ReviewRejected(
        index=index,
        flashcard=card if isinstance(card, str) else None,
        client_review_id=client if isinstance(client, str) else None,
        error=error,
    )


def _describe(error: ApiError) -> str:
    """Return one line, as `quality_response: Input should be less than or equal to 5`."""
    parts = [f"{name}: {'; '.join(messages)}" for name, messages in error.details.items()]
    return "; ".join(parts) or error.text
