"""The capacity of days for the cards of one course."""

import math
from collections.abc import Callable, Sequence
from datetime import date

from functions.assessments.flashcards.cards.counts import count_due_by, count_due_on
from functions.assessments.flashcards.scheduling.placing import Days
from shared.published.flashcards import CardStats, StudyState


def compute_capacity(
    days: Sequence[date], *, everything: CardStats, own: CardStats, state: StudyState
) -> dict[date, int]:
    """Return the capacity of each of consecutive days, from the counts of all cards and of the course's."""
    limits = Days(lambda _: 0, state.daily_review_limit, state.easy_days)

    def count_others(day: date) -> int:
        return _count_due(everything, day, days[0]) - _count_due(own, day, days[0])

    return share_capacity(days, limit=limits.limit_on, others=count_others)


def share_capacity(
    days: Sequence[date], *, limit: Callable[[date], float], others: Callable[[date], int]
) -> dict[date, int]:
    """Return what is left for the course once other courses' due cards are done.

    A quarter of the limit is the course's at least, so that a backlog elsewhere does not fail the exam.
    """
    capacity, backlog = {}, 0
    for day in days:
        most, backlog = math.ceil(limit(day)), backlog + max(0, others(day))
        capacity[day] = max(math.ceil(most / 4), most - backlog)
        backlog = max(0, backlog - most)
    return capacity


def _count_due(stats: CardStats, day: date, first: date) -> int:
    """Count what is due on the day; the first day has what is overdue, too."""
    return count_due_by(stats, day) if day == first else count_due_on(stats, day)
