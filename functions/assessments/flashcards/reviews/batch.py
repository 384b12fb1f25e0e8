"""Reviews by the hundred, from clients that were offline: each is judged by itself, and counts once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from functions.assessments.flashcards.reviews.schemas import (
    CardScheduled,
    ReviewBatchItem,
    ReviewBatchView,
    ReviewRejected,
)
from functions.assessments.flashcards.reviews.service import HandedIn, hand_in
from functions.assessments.flashcards.reviews.store import review_id
from functions.assessments.flashcards.scheduling.load import load_of
from functions.assessments.flashcards.scheduling.models import Answer
from shared.errors import ApiError, NotFound, ValidationFailed
from shared.identity import Principal
from shared.services import Services
from shared.store.meter import note_items
from shared.web.errors import validation_failed

_AT_ONCE = 6

Raw = Mapping[str, Any]


@dataclass
class _Sorted:
    """The batch by card, each answer with its place, and what was refused."""

    by_card: dict[str, list[tuple[int, Answer]]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


async def hand_in_batch(
    services: Services, *, principal: Principal, reviews: Sequence[Raw], key: str | None
) -> ReviewBatchView:
    """Hand in what can be; `key` is the request's Idempotency-Key. One transaction for each card."""
    note_items(len(reviews))
    batch = _sorted(reviews, principal=principal, key=key, now=services.clock.now())
    load = await load_of(services.store, principal.user_id)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(card_id: str) -> HandedIn | NotFound:
        answers = [answer for _, answer in batch.by_card[card_id]]
        async with gate:
            try:
                return await hand_in(
                    services, user_id=principal.user_id, card_id=card_id, answers=answers, load=load
                )
            except NotFound as error:
                return error

    done = await asyncio.gather(*(one(card_id) for card_id in batch.by_card), return_exceptions=True)
    return _answer(reviews, batch, dict(zip(batch.by_card, done, strict=True)), principal)


def _sorted(reviews: Sequence[Raw], *, principal: Principal, key: str | None, now: datetime) -> _Sorted:
    batch = _Sorted()
    for index, raw in enumerate(reviews):
        try:
            answer = _read(raw, principal=principal, key=f"{key}:{index}" if key else None, now=now)
        except ApiError as error:
            batch.refused[index] = _text(error)
        else:
            batch.by_card.setdefault(answer.flashcard, []).append((index, answer))
    return batch


def _read(raw: Raw, *, principal: Principal, key: str | None, now: datetime) -> Answer:
    """Raises ValidationFailed."""
    try:
        item = ReviewBatchItem.model_validate(raw)
    except ValidationError as error:
        raise validation_failed(error.errors()) from None
    if item.client_review_id:
        parts = [item.client_review_id]
    elif item.reviewed_at:
        parts = [item.reviewed_at.isoformat(), str(item.quality)]
    elif key:
        parts = [key]
    else:
        raise ValidationFailed("Give client_review_id or reviewed_at, so that it counts once")
    identity = review_id(principal.user_id, item.flashcard, *parts)
    return item.answer(review_id=identity, card_id=item.flashcard, now=now, zone=principal.zone)


def _answer(
    reviews: Sequence[Raw],
    batch: _Sorted,
    done: Mapping[str, HandedIn | BaseException],
    principal: Principal,
) -> ReviewBatchView:
    accepted, cards, refused = 0, [], dict(batch.refused)
    for card_id, outcome in done.items():
        if isinstance(outcome, HandedIn):
            accepted += outcome.accepted
            cards.append(CardScheduled.of(outcome.card, principal.zone))
        elif isinstance(outcome, NotFound):
            refused |= {index: outcome.text for index, _ in batch.by_card[card_id]}
        else:
            raise outcome
    return ReviewBatchView(
        accepted=accepted,
        duplicates=len(reviews) - len(refused) - accepted,
        rejected=[_rejected(index, reviews[index], error) for index, error in sorted(refused.items())],
        flashcards=cards,
    )


def _rejected(index: int, raw: Raw, error: str) -> ReviewRejected:
    card, client = raw.get("flashcard"), raw.get("client_review_id")
    return ReviewRejected(
        index=index,
        flashcard=card if isinstance(card, str) else None,
        client_review_id=client if isinstance(client, str) else None,
        error=error,
    )


def _text(error: ApiError) -> str:
    """`quality_response: Input should be less than or equal to 5`."""
    parts = [f"{name}: {'; '.join(messages)}" for name, messages in error.details.items()]
    return "; ".join(parts) or error.text
