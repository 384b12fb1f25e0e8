"""Routes that take a card out of study and back: /api/v1/assessments/flashcards/{id}/suspend/ and others."""

from functions.assessments.flashcards.cards import service
from functions.assessments.flashcards.cards.errors import CardNotFound
from functions.assessments.flashcards.cards.routes import CARD
from functions.assessments.flashcards.cards.schemas import FlashcardView
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="flashcards")

_COST = Cost(
    reads=4, writes=3, reads_per_item=1, writes_per_item=1, note="items are the cards of the same note"
)


@router.serve("POST", f"{CARD}suspend/", access=USER, cost=_COST, errors=[CardNotFound])
async def suspend_flashcard(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Take the card out of study until it is unsuspended."""
    card = await service.change_card(services, principal=caller, card_id=card_id, edit=service.suspend)
    return FlashcardView.of(card, caller.zone)


@router.serve("POST", f"{CARD}unsuspend/", access=USER, cost=_COST, errors=[CardNotFound])
async def unsuspend_flashcard(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Study a suspended card again; one that is not suspended stays as it is."""
    card = await service.change_card(services, principal=caller, card_id=card_id, edit=service.unsuspend)
    return FlashcardView.of(card, caller.zone)


@router.serve("POST", f"{CARD}archive/", access=USER, cost=_COST, errors=[CardNotFound])
async def archive_flashcard(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Take the card out of study for good."""
    card = await service.change_card(services, principal=caller, card_id=card_id, edit=service.archive)
    return FlashcardView.of(card, caller.zone)


@router.serve("POST", f"{CARD}unarchive/", access=USER, cost=_COST, errors=[CardNotFound])
async def unarchive_flashcard(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Study an archived card again; one that is not archived stays as it is."""
    card = await service.change_card(services, principal=caller, card_id=card_id, edit=service.unarchive)
    return FlashcardView.of(card, caller.zone)


@router.serve("POST", f"{CARD}bury/", access=USER, cost=_COST, errors=[CardNotFound])
async def bury_flashcard(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Hide the card until the user's next day."""
    card = await service.bury_until_tomorrow(services, principal=caller, card_id=card_id)
    return FlashcardView.of(card, caller.zone)


@router.serve("POST", f"{CARD}unbury/", access=USER, cost=_COST, errors=[CardNotFound])
async def unbury_flashcard(services: Provided, caller: Caller, card_id: str) -> FlashcardView:
    """Show a buried card again on the day it was scheduled for."""
    card = await service.change_card(services, principal=caller, card_id=card_id, edit=service.unbury)
    return FlashcardView.of(card, caller.zone)
