"""Adding, reading, changing and deleting cards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from functions.assessments.flashcards.cards.adding import add_cards, require_courses
from functions.assessments.flashcards.cards.counts import count_changes
from functions.assessments.flashcards.cards.models import Flashcard, NewCard
from functions.assessments.flashcards.cards.rules import gap_problem, local_day, resumed, settled
from functions.assessments.flashcards.cards.store import FLASHCARDS, study_state, visible_card
from functions.assessments.flashcards.cards.tasks import PurgeReviews
from shared.errors import ValidationFailed
from shared.identity import Principal
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items

Edit = Callable[[Flashcard], Flashcard]


async def create(
    services: Services, *, principal: Principal, cards: Sequence[NewCard], listed: bool
) -> list[Flashcard]:
    """Add the cards, all or none. Raises ValidationFailed, its fields by position where they are `listed`;
    CourseNotFound."""
    problems = {
        f"{position}.question" if listed else "question": [problem]
        for position, card in enumerate(cards)
        if card.card_type == "cloze" and (problem := gap_problem(card.question))
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
            today=local_day(now, principal.zone),
        )

    return await services.store.transact(work)


async def change(services: Services, *, principal: Principal, card_id: str, edit: Edit) -> Flashcard:
    """The card after `edit`, kept with its counts; nothing is written where nothing changed.

    Raises CardNotFound, CourseNotFound, ValidationFailed.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Flashcard:
        before = await visible_card(tx, user_id=principal.user_id, card_id=card_id)
        after = settled(edit(before))
        if after == before:
            return before
        _check(after)
        if after.course != before.course:
            state = await study_state(tx, principal.user_id)
            await require_courses(tx, user_id=principal.user_id, courses={after.course}, state=state)
        after = after.model_copy(update={"updated_at": now})
        tx.put(FLASHCARDS.doc(card_id, user=principal.user_id), after)
        count_changes(tx, user_id=principal.user_id, changes=[(before, after)])
        return after

    return await services.store.transact(work)


async def delete(services: Services, *, principal: Principal, card_id: str) -> None:
    """The card goes at once, its reviews in the background. Raises CardNotFound."""

    async def work(tx: Transaction) -> None:
        card = await visible_card(tx, user_id=principal.user_id, card_id=card_id)
        tx.delete(FLASHCARDS.doc(card_id, user=principal.user_id))
        count_changes(tx, user_id=principal.user_id, changes=[(card, None)])
        if card.schedule.total_reviews:
            tx.enqueue(PurgeReviews(user=principal.user_id, flashcard=card_id))

    await services.store.transact(work)


def setting(fields: Mapping[str, Any]) -> Edit:
    """An edit that sets the card's own fields."""
    return lambda card: card.model_copy(update=fields)


def suspended(card: Flashcard) -> Flashcard:
    return card.model_copy(update={"status": "suspended"})


def unsuspended(card: Flashcard) -> Flashcard:
    return resumed(card, left="suspended")


def archived(card: Flashcard) -> Flashcard:
    return card.model_copy(update={"status": "archived"})


def unarchived(card: Flashcard) -> Flashcard:
    return resumed(card, left="archived")


def unburied(card: Flashcard) -> Flashcard:
    return card.model_copy(update={"buried_until": None})


async def bury(services: Services, *, principal: Principal, card_id: str) -> Flashcard:
    """Hide the card until the user's next day. Raises CardNotFound."""
    tomorrow = local_day(services.clock.now(), principal.zone) + timedelta(days=1)
    edit = setting({"buried_until": tomorrow})
    return await change(services, principal=principal, card_id=card_id, edit=edit)


def _check(card: Flashcard) -> None:
    if card.card_type == "cloze" and (problem := gap_problem(card.question)):
        raise ValidationFailed(details={"question": [problem]})
