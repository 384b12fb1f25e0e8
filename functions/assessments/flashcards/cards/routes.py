"""Routes of /api/v1/assessments/flashcards/."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from functions.assessments.flashcards.cards import service
from functions.assessments.flashcards.cards.due import list_due_cards
from functions.assessments.flashcards.cards.errors import CardNotFound, CourseNotFound
from functions.assessments.flashcards.cards.listing import Filters, list_cards
from functions.assessments.flashcards.cards.models import Difficulty, Mastery, NewCard, Status
from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.flashcards.cards.schemas import (
    FlashcardIn,
    FlashcardPatch,
    FlashcardView,
    OneOrMany,
)
from functions.assessments.flashcards.cards.store import get_card
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router
from shared.web.schemas import Normalised

router = Router(tag="flashcards")

CARDS = "/api/v1/assessments/flashcards/"
CARD = "/api/v1/assessments/flashcards/{card_id}/"

_CREATE = Cost(reads=2, writes=3, deletes=1, reads_per_item=1, writes_per_item=2, note="an item is a card")
_CHANGE = Cost(
    reads=6,
    writes=4,
    reads_per_item=1,
    writes_per_item=1,
    note="two reads and one write are for a change of course; items are the cards of the same note",
)
_BODY_LIMIT = 4 * 1024 * 1024  # with their search terms 500 cards stay under a transaction's 10 MiB


async def _filters(
    course: Annotated[str | None, Query(max_length=200)] = None,
    difficulty_level: Difficulty | None = None,
    status: Status | None = None,
    mastery: Mastery | None = None,
    tag: Annotated[str | None, Query(max_length=50, description="Exactly this tag"), Normalised] = None,
    search: Annotated[
        str | None, Query(max_length=200, description="Beginnings of words, all of which must occur")
    ] = None,
    document: Annotated[
        str | None, Query(max_length=200, description="Cards that were generated from this document")
    ] = None,
) -> Filters:
    return Filters(course, difficulty_level, status, mastery, tag, search, document)


@router.serve(
    "GET",
    CARDS,
    access=USER,
    cost=Cost(reads=14, reads_per_item=1, note="items are cards read; up to 10 reads count a filtered list"),
)
async def list_flashcards(
    services: Provided,
    caller: Caller,
    asked: RequestedPage,
    filters: Annotated[Filters, Depends(_filters)],
    ordering: Annotated[
        Literal["created_at", "-created_at", "next_review_date"],
        Query(description="The field to sort by; a minus before it sorts the other way round"),
    ] = "-created_at",
) -> Page[FlashcardView]:
    """List the user's flashcards, newest first unless `ordering` says otherwise.

    A search covers the first forty words of question and answer. With several words, or with a word and a
    tag, each page is filtered after it is read: it may then be shorter than asked for although there is a
    `next`, and `count` is an upper bound. Filtered lists count to 10,000.
    """
    return await list_cards(
        services.store,
        user_id=caller.user_id,
        filters=filters,
        ordering=ordering,
        asked=asked,
        view=lambda card: FlashcardView.of(card, caller.zone),
    )


@router.serve(
    "POST",
    CARDS,
    access=USER,
    cost=_CREATE,
    status=201,
    errors=[CourseNotFound],
    body_limit=lambda _: _BODY_LIMIT,
)
async def create_flashcards(
    services: Provided, caller: Caller, body: OneOrMany
) -> FlashcardView | list[FlashcardView]:
    """Create a flashcard, or up to 500 from a list: all or none."""
    listed = isinstance(body, list)
    cards = [NewCard(**each.model_dump()) for each in (body if isinstance(body, list) else [body])]
    created = await service.create_cards(services, principal=caller, cards=cards, listed=listed)
    views = [FlashcardView.of(card, caller.zone) for card in created]
    return views if listed else views[0]


@router.serve("GET", f"{CARDS}due/", access=USER, cost=Cost(reads=6, reads_per_item=1))
async def list_due_flashcards(
    services: Provided,
    caller: Caller,
    course: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[FlashcardView]:
    """List the cards that are due today: one of each note, within the daily limits of reviews and new cards.

    Reviews come first, the most overdue first, then new cards in the order in which they were made or
    imported, last those forgotten today. A card never reviewed is due at once.
    """
    today = to_local_day(services.clock.now(), caller.zone)
    cards = await list_due_cards(
        services.store, user_id=caller.user_id, today=today, course=course, limit=limit
    )
    return [FlashcardView.of(card, caller.zone) for card in cards]


@router.serve("GET", CARD, access=USER, cost=Cost(reads=3), errors=[CardNotFound])
async def get_flashcard(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Get one flashcard with its schedule."""
    card = await get_card(services.store, user_id=caller.user_id, card_id=card_id)
    return FlashcardView.of(card, caller.zone)


@router.serve("PATCH", CARD, access=USER, cost=_CHANGE, errors=[CardNotFound])
async def update_flashcard(
    services: Provided, caller: Caller, card_id: str, body: FlashcardPatch
) -> FlashcardView:
    """Change the fields that are sent; fields of the schedule are ignored."""
    edit = service.set_fields(body.model_dump(exclude_unset=True))
    card = await service.change_card(services, principal=caller, card_id=card_id, edit=edit)
    return FlashcardView.of(card, caller.zone)


@router.serve("PUT", CARD, access=USER, cost=_CHANGE, errors=[CardNotFound])
async def replace_flashcard(
    services: Provided, caller: Caller, card_id: str, body: FlashcardIn
) -> FlashcardView:
    """Replace the content of a flashcard; its status and concept change only if they are sent."""
    unsent = {"status", "concept"} - body.model_fields_set
    edit = service.set_fields(body.model_dump(exclude=unsent))
    card = await service.change_card(services, principal=caller, card_id=card_id, edit=edit)
    return FlashcardView.of(card, caller.zone)


@router.serve(
    "DELETE",
    CARD,
    access=USER,
    cost=Cost(
        reads=4,
        writes=3,
        deletes=2,
        reads_per_item=1,
        writes_per_item=1,
        note="items are the cards of the same note",
    ),
    status=204,
    errors=[CardNotFound],
)
async def delete_flashcard(services: Provided, caller: Caller, card_id: str) -> None:
    """Delete a flashcard at once, and its reviews in the background."""
    await service.delete_card(services, principal=caller, card_id=card_id)
