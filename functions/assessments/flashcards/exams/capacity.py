"""How many cards of one course the days can take."""

import math
from collections.abc import Callable, Sequence
from datetime import date

from functions.assessments.flashcards.cards.counts import count_due_by, count_due_on
from functions.assessments.flashcards.scheduling.placing import Days
from shared.published.flashcards import CardStats, StudyState


def room_for(
    days: Sequence[date], *, everything: CardStats | None, own: CardStats | None, state: StudyState
) -> dict[date, int]:
    """The room on each of consecutive days, from the counts of all cards and of the course's."""
    limits = Days(lambda _: 0, state.daily_review_limit, state.easy_days)

    def others(day: date) -> int:
        return _due(everything, day, days[0]) - _due(own, day, days[0])

    return room_on(days, limit=limits.limit_on, others=others)


def room_on(
    days: Sequence[date], *, limit: Callable[[date], float], others: Callable[[date], int]
) -> dict[date, int]:
    """What is due of other courses is done first; but a quarter of the limit is the course's at least, so
    that a backlog elsewhere does not fail the exam."""
    room, behind = {}, 0
    for day in days:
        most, behind = math.ceil(limit(day)), behind + max(0, others(day))
        room[day] = max(math.ceil(most / 4), most - behind)
        behind = max(0, behind - most)
    return room


def _due(stats: CardStats | None, day: date, first: date) -> int:
    """The first day has what is overdue, too."""
    if stats is None:
        return 0
    return count_due_by(stats, day) if day == first else count_due_on(stats, day)
