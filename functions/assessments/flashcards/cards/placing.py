"""Placing of cards that an earlier version stored, a page at a time, beside the service."""

from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.changes import arrange_changes, save_changes
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.queues import Change
from functions.assessments.flashcards.cards.rules import reschedule_card, to_local_day
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.cards.tasks import PlaceCards
from shared.published.accounts import CURRENT, PREFERENCES
from shared.services import Services
from shared.store import Cursor, Transaction
from shared.store.query import NAME

_MAX_CARDS = 100


async def place_cards(services: Services, task: PlaceCards) -> None:
    """Place some cards, and enqueue the task again for the rest; cards that have their places stay."""

    async def work(tx: Transaction) -> None:
        preferences = await tx.get(PREFERENCES.doc(CURRENT, user=task.user))
        query = FLASHCARDS.query(user=task.user).order_by(NAME).limit(_MAX_CARDS)
        cards = await tx.find(query.after(Cursor((), task.after) if task.after else None))
        zone = ZoneInfo(preferences.timezone if preferences else "UTC")
        changes: list[Change] = [(card, _place(card, zone)) for card in cards if not card.placed]
        save_changes(
            tx, user_id=task.user, changes=await arrange_changes(tx, user_id=task.user, changes=changes)
        )
        if len(cards) == _MAX_CARDS:
            tx.enqueue(task.model_copy(update={"after": cards[-1].id}))

    await services.store.transact(work)


def _place(card: Flashcard, zone: ZoneInfo) -> Flashcard:
    last = card.schedule.last_reviewed
    reviewed_on = card.schedule.reviewed_on or (to_local_day(last, zone) if last else None)
    return reschedule_card(card, card.schedule.model_copy(update={"reviewed_on": reviewed_on}))
