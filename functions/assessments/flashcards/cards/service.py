"""Creation, change and deletion of cards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from functions.assessments.flashcards.cards.adding import add_cards, require_courses
from functions.assessments.flashcards.cards.changes import arrange_changes, save_changes
from functions.assessments.flashcards.cards.models import Flashcard, NewCard
from functions.assessments.flashcards.cards.rules import (
    derive_fields,
    find_gap_problem,
    resume_card,
    to_local_day,
)
from functions.assessments.flashcards.cards.store import get_card, get_study_state
from functions.assessments.flashcards.cards.tasks import PurgeReviews
from shared.errors import ValidationFailed
from shared.identity import Principal
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items

Edit = Callable[[Flashcard], Flashcard]


async def create_cards(
    services: Services, *, principal: Principal, cards: Sequence[NewCard], listed: bool
) -> list[Flashcard]:
    """Create the cards, all or none.

    Raises CourseNotFound; ValidationFailed, with the positions of the cards if they are `listed`.
    """
    problems = {
        f"{position}.question" if listed else "question": [problem]
        for position, card in enumerate(cards)
        if card.card_type == "cloze" and (problem := find_gap_problem(card.question))
    }
    if problems:
        raise ValidationFailed(details=problems)
    now = services.clock.now()
    note_items(len(cards))

    async def work(tx: Transaction) -> list[Flashcard]:
        return await add_cards(
            tx,
            user_id=principal.user_id,
            cards=cards,
            ids=services.ids,
            now=now,
            today=to_local_day(now, principal.zone),
        )

    return await services.store.transact(work)


async def change_card(services: Services, *, principal: Principal, card_id: str, edit: Edit) -> Flashcard:
    """Store the card as `edit` returns it, with its counts; write nothing if nothing changed.

    Raises CardNotFound, CourseNotFound, ValidationFailed.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Flashcard:
        before = await get_card(tx, user_id=principal.user_id, card_id=card_id)
        after = derive_fields(edit(before))
        if after == before:
            return before
        _check_gaps(after)
        if after.course != before.course:
            state = await get_study_state(tx, principal.user_id)
            await require_courses(tx, user_id=principal.user_id, courses={after.course}, state=state)
        changes = await arrange_changes(
            tx,
            user_id=principal.user_id,
            changes=[(before, after.model_copy(update={"updated_at": now}))],
        )
        save_changes(tx, user_id=principal.user_id, changes=changes)
        return changes[0][1] or after

    return await services.store.transact(work)


async def delete_card(services: Services, *, principal: Principal, card_id: str) -> None:
    """Delete the card at once, and its reviews in the background. Raises CardNotFound."""

    async def work(tx: Transaction) -> None:
        card = await get_card(tx, user_id=principal.user_id, card_id=card_id)
        changes = await arrange_changes(tx, user_id=principal.user_id, changes=[(card, None)])
        save_changes(tx, user_id=principal.user_id, changes=changes)
        if card.schedule.total_reviews:
            tx.enqueue(PurgeReviews(user=principal.user_id, flashcard=card_id))

    await services.store.transact(work)


def set_fields(fields: Mapping[str, Any]) -> Edit:
    """Return an edit that sets the fields."""
    return lambda card: card.model_copy(update=fields)


def suspend(card: Flashcard) -> Flashcard:
    """Return the card without reviews until it is unsuspended."""
    return card.model_copy(update={"status": "suspended"})


def unsuspend(card: Flashcard) -> Flashcard:
    """Return the card active again if it was suspended."""
    return resume_card(card, left="suspended")


def archive(card: Flashcard) -> Flashcard:
    """Return the card put away; an archived card is neither due nor counted as active."""
    return card.model_copy(update={"status": "archived"})


def unarchive(card: Flashcard) -> Flashcard:
    """Return the card active again if it was archived."""
    return resume_card(card, left="archived")


def unbury(card: Flashcard) -> Flashcard:
    """Return the card due by its schedule alone."""
    return card.model_copy(update={"buried_until": None})


async def bury_until_tomorrow(services: Services, *, principal: Principal, card_id: str) -> Flashcard:
    """Hide the card until the user's next day. Raises CardNotFound."""
    tomorrow = to_local_day(services.clock.now(), principal.zone) + timedelta(days=1)
    edit = set_fields({"buried_until": tomorrow})
    return await change_card(services, principal=principal, card_id=card_id, edit=edit)


def _check_gaps(card: Flashcard) -> None:
    if card.card_type == "cloze" and (problem := find_gap_problem(card.question)):
        raise ValidationFailed(details={"question": [problem]})
