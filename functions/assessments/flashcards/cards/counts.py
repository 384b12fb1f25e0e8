"""Counts of cards, kept up by increments: each change of a card adds the difference that it makes.

Concurrent increments may leave a count below zero for a moment; reading shows such a count as zero.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.queues import AT_ONCE, FOR_GOOD, Change
from shared.published.flashcards import ALL, CARD_STATS, CardStats
from shared.store import Increment, Transaction

MAX_STEP = 10  # intervals of 512 days and more

_Counts = Counter[tuple[str, ...]]


def compute_increments(before: Flashcard | None, after: Flashcard | None) -> dict[str, Any]:
    """Return what one change of a card adds to `CardStats`: nested increments of the counts that differ."""
    return _nest(_subtract(before, after))


def update_counts(
    tx: Transaction, *, user_id: str, changes: Iterable[Change], pending: Mapping[str, Any] | None = None
) -> None:
    """Add the changes to the counts of all cards and of their courses.

    With `pending` reviews, which made the changes, those of courses wait beside these for the roll-up. Costs
    1 write for each document that differs: with `pending` reviews 1 in all.
    """
    totals: dict[str, _Counts] = {}
    for before, after in changes:
        if before is not None and after is not None and before.course != after.course:
            _add(totals, before.course, _subtract(before, None))
            _add(totals, after.course, _subtract(None, after))
        elif (card := after or before) is not None:
            _add(totals, card.course, _subtract(before, after))
    for counts in list(totals.values()):
        _add(totals, ALL, counts)
    fields = {name: nested for name, counts in totals.items() if (nested := _nest(counts))}
    if pending:
        of_courses = {name: nested for name, nested in fields.items() if name != ALL}
        fields = {ALL: {**fields.get(ALL, {}), "pending": pending}}
        if of_courses:  # an empty map would replace what is deferred already
            fields[ALL]["deferred"] = of_courses
    for name, nested in fields.items():
        tx.merge(CARD_STATS.doc(name, user=user_id), nested)


def compute_step(interval_days: int) -> int:
    """Return the step of an interval, by which forecasts tell cards apart: each is twice the one before."""
    return min(MAX_STEP, interval_days.bit_length())


def clamp_count(count: int) -> int:
    """Return at least 0: increments that arrive out of order can take a counter below it for a while."""
    return max(0, count)


def get_count(counts: Mapping[str, int], name: str) -> int:
    """Return the count under a name, 0 where there is none."""
    return clamp_count(counts.get(name, 0))


def count_due_on(stats: CardStats, day: date) -> int:
    """Count the active cards that fall due on the user's day."""
    return get_count(stats.due, day.isoformat())


def count_due_by(stats: CardStats, day: date) -> int:
    """Count the active cards that are due on the user's day or before; ISO dates sort as the days do."""
    return sum(clamp_count(count) for each, count in stats.due.items() if each <= day.isoformat())


def _add(totals: dict[str, _Counts], name: str, counts: _Counts) -> None:
    totals.setdefault(name, Counter()).update(counts)


def _subtract(before: Flashcard | None, after: Flashcard | None) -> _Counts:
    difference = _count_card(after)
    if before is not None:
        difference.subtract(_count_card(before))
    return difference


def _count_card(card: Flashcard | None) -> _Counts:
    if card is None:
        return Counter()
    counts: _Counts = Counter(
        {
            ("total",): 1,
            ("by_difficulty", card.difficulty_level): 1,
            ("by_mastery", card.mastery): 1,
            ("reviews",): card.schedule.total_reviews,
            ("successes",): card.schedule.successes,
        }
    )
    if card.status == "active":
        counts.update({("active",): 1, ("due", card.due_on.isoformat()): 1})
    if card.placed:
        counts["placed",] = 1
    if card.queue is not None:
        counts.update(_list_place(card))
    for name, day in (("introduced", card.schedule.introduced_on), ("answered", card.schedule.reviewed_on)):
        if day is not None:
            counts[name, day.isoformat()] = 1
    return counts


def _list_place(card: Flashcard) -> Iterable[tuple[str, ...]]:
    """Yield the counts that the card adds to by its place in a queue."""
    on, until = card.asked_on or AT_ONCE, card.asked_until or FOR_GOOD
    if card.queue == "relearn":
        yield "relearning", on.isoformat()
    elif card.queue == "review":
        yield "asked", f"{on.isoformat()}:{compute_step(card.schedule.interval_days)}"
    else:
        yield ("new",)
        if on > AT_ONCE:
            yield "new_from", on.isoformat()
        if until < FOR_GOOD:
            yield "new_until", until.isoformat()


def _nest(counts: _Counts) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for path, amount in counts.items():
        if amount:
            *parents, name = path
            inner = fields
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[name] = Increment(amount)
    return fields
