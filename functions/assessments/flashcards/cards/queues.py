"""Queues: the cards that are asked, and when.

Of one note's cards in a course, one that was reviewed and one that is new stand in a queue; the others wait
behind them in none. So what is due can be counted by increments and listed by a query, siblings included.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from functions.assessments.flashcards.cards.models import Flashcard

AT_ONCE = date.min
FOR_GOOD = date.max

Change = tuple[Flashcard | None, Flashcard | None]  # a card before and after; None where it does not exist


def get_group(card: Flashcard) -> tuple[str, str] | None:
    """Return the note and the course of a card that may have siblings, None for any other."""
    return (card.note, card.course) if card.note else None


def place_alone(card: Flashcard) -> Flashcard:
    """Return the card in its queue as if it had no siblings."""
    return place_group([card])[0]


def place_group(cards: Sequence[Flashcard]) -> list[Flashcard]:
    """Return the cards of one note, each with its place in the queues or without one.

    In the queue of reviews stands the card that is due first. A new card is asked at once, whatever the day
    and the zone, unless it is buried, and only until a review of its note is due.
    """
    active = [card for card in cards if card.status == "active"]
    reviewed = [card for card in active if card.schedule.total_reviews]
    new = [card for card in active if not card.schedule.total_reviews]
    places: dict[str, dict[str, Any]] = {}
    until = FOR_GOOD
    if reviewed:
        first = min(reviewed, key=lambda card: (card.due_on, card.id))
        queue, until = "relearn" if is_relearning(first) else "review", first.due_on
        places[first.id] = {"queue": queue, "asked_on": first.due_on, "asked_until": FOR_GOOD}
    if new:
        first = min(new, key=lambda card: (_get_start(card), card.created_at, card.id))
        if _get_start(first) < until:
            places[first.id] = {"queue": "new", "asked_on": _get_start(first), "asked_until": until}
    nowhere = {"queue": None, "asked_on": None, "asked_until": None}
    return [card.model_copy(update={**places.get(card.id, nowhere), "placed": True}) for card in cards]


def arrange(changes: Sequence[Change], stored: Iterable[Flashcard]) -> list[Change]:
    """Return the changes with the places of the cards and of their siblings, which `stored` are as they were.

    Siblings whose place changes are added to the changes.
    """
    before = {card.id: card for card in stored}
    before |= {card.id: card for card, _ in changes if card is not None}
    after = dict(before)
    for old, new in changes:
        if new is not None:
            after[new.id] = new
        elif old is not None:
            del after[old.id]
    groups: dict[tuple[str, str], list[Flashcard]] = {}
    for card in list(after.values()):
        if group := get_group(card):
            groups.setdefault(group, []).append(card)
        else:
            after[card.id] = place_alone(card)
    for cards in groups.values():
        after |= {card.id: card for card in place_group(cards)}
    touched = [each.id for change in changes if (each := change[1] or change[0]) is not None]
    others = [name for name, card in after.items() if name not in set(touched) and card != before[name]]
    return [(before.get(name), after.get(name)) for name in (*touched, *others)]


def is_relearning(card: Flashcard) -> bool:
    """Return whether the card was forgotten and comes again on the same day."""
    last = card.schedule.reviewed_on
    return last is not None and card.due_on <= last


def _get_start(card: Flashcard) -> date:
    return card.buried_until or AT_ONCE
