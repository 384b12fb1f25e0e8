"""Changes of cards within a transaction: with their siblings' places in the queues, and with the counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from functions.assessments.flashcards.cards.counts import update_counts
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.queues import Change, arrange, get_group
from functions.assessments.flashcards.cards.store import FLASHCARDS
from shared.store import Transaction
from shared.store.meter import note_items

MAX_CARDS = 500  # of a note; more are not kept apart
_MAX_NOTES = 30  # as many as one `in` may name


async def find_notes(tx: Transaction, *, user_id: str, notes: Sequence[str]) -> list[Flashcard]:
    """Return the cards of the notes. Costs 1 read for each, which is an item, and at least 1 for 30 notes."""
    found: list[Flashcard] = []
    for start in range(0, len(notes), _MAX_NOTES):
        query = FLASHCARDS.query(user=user_id).where("note", "in", notes[start : start + _MAX_NOTES])
        cards = await tx.find(query.limit(MAX_CARDS * _MAX_NOTES))
        note_items(max(1, len(cards)))
        found += cards
    return found


async def arrange_changes(tx: Transaction, *, user_id: str, changes: Sequence[Change]) -> list[Change]:
    """Return the changes with those that they make to the places of siblings, which are to be saved too.

    Costs what `find_notes` does for the notes of cards that changed more than their content.
    """
    notes = {note for change in changes if _moves(change) for note in _list_notes(change)}
    moving: list[Change] = []
    others: list[Change] = []
    for change in changes:
        (moving if _moves(change) or not notes.isdisjoint(_list_notes(change)) else others).append(change)
    return [*arrange(moving, await find_notes(tx, user_id=user_id, notes=sorted(notes))), *others]


def save_changes(
    tx: Transaction,
    *,
    user_id: str,
    changes: Sequence[Change],
    pending: Mapping[str, Any] | None = None,
) -> None:
    """Save the cards as the changes leave them, and the counts. Costs 1 write for each, and the counts'."""
    for before, after in changes:
        if after is None and before is not None:
            tx.delete(FLASHCARDS.doc(before.id, user=user_id))
        elif before is None and after is not None:
            tx.create(FLASHCARDS.doc(after.id, user=user_id), after)
        elif after is not None:
            tx.put(FLASHCARDS.doc(after.id, user=user_id), after)
    update_counts(tx, user_id=user_id, changes=changes, pending=pending)


def _moves(change: Change) -> bool:
    """Return whether the change may move the card or a sibling in the queues."""
    before, after = change
    if before is None or after is None or not before.placed:
        return True
    names = ("status", "course", "note", "due_on", "buried_until", "schedule", "created_at")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _list_notes(change: Change) -> list[str]:
    return [group[0] for card in change if card is not None and (group := get_group(card))]
