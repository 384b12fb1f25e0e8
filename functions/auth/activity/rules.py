"""Rules of the streak: a function of the active days, in whatever order they became active.

A streak is a run of days, from an active one to an active one, in which each calendar month has at most two
missed days, which freezes cover. Its length is the number of its active days. So one more active day never
makes a streak shorter.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from functions.auth.activity.models import Streak

FREEZES_PER_MONTH = 2
MILESTONES = (3, 7, 14, 30, 60, 100, 150, 200, 300, 365, 500, 750, 1000)
_MAX_GAP_DAYS = 2 * FREEZES_PER_MONTH  # a gap may span two months


class Run(NamedTuple):
    """The longest streak that ends on the active day `end`; `freezes_used` are those of its last month."""

    end: date
    length: int
    freezes_used: int


def list_runs(days: Iterable[date]) -> Iterator[Run]:
    """Yield the longest streak up to each of the active days, in their order."""
    ordered = sorted(set(days))
    missed: Counter[tuple[int, int]] = Counter()  # by month, within the run
    start = 0
    for place, day in enumerate(ordered):
        if place:
            gap = _list_missed_months(ordered[place - 1], day)
            if gap is None:
                start, missed = place, Counter()
            else:
                missed.update(gap)
        while any(number > FREEZES_PER_MONTH for number in missed.values()):
            start += 1
            missed.subtract(_list_missed_months(ordered[start - 1], ordered[start]) or ())
        yield Run(day, place - start + 1, missed[_to_month(day)])


def count_streak(days: Iterable[date]) -> Streak:
    """Return the last and the longest streak of these active days."""
    runs = list(list_runs(days))
    if not runs:
        return Streak()
    last = runs[-1]
    return Streak(
        current=last.length,
        longest=max(run.length for run in runs),
        last_active=last.end,
        freezes_used=last.freezes_used,
    )


def evaluate_streak(days: Iterable[date], today: date) -> tuple[int, int]:
    """Return the days in a row and the freezes left as of `today`, which may still become active.

    Who has travelled west may have studied on a day that is still to come.
    """
    active = set(days)
    run = list(list_runs(active | {today}))[-1]
    current = run.length - (today not in active)
    return current, FREEZES_PER_MONTH - (run.freezes_used if current else 0)


def find_milestones(days: Iterable[date]) -> dict[int, date]:
    """Return the milestone lengths that streaks have reached, each with the day that reached it first."""
    reached: dict[int, date] = {}
    longest = 0
    for run in list_runs(days):
        if run.length > longest:
            reached |= {length: run.end for length in MILESTONES if longest < length <= run.length}
            longest = run.length
    return reached


def _list_missed_months(before: date, after: date) -> list[tuple[int, int]] | None:
    """Return the month of each day missed between two active days; None if freezes cannot cover them all."""
    missed = (after - before).days - 1
    if missed > _MAX_GAP_DAYS:
        return None
    months = [_to_month(before + timedelta(days=number + 1)) for number in range(missed)]
    return months if max(Counter(months).values(), default=0) <= FREEZES_PER_MONTH else None


def _to_month(day: date) -> tuple[int, int]:
    return day.year, day.month
