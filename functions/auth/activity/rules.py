"""Rules of the streak.

Each calendar month has two freezes, which cover missed days. A gap that they cannot cover completely ends the
streak and uses none.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from functions.auth.activity.models import Streak

FREEZES_PER_MONTH = 2
RECOUNT_PERIOD = timedelta(days=400)
_MILESTONES = (3, 7, 14, 30, 60, 100, 150, 200, 300, 365, 500, 750, 1000)
_MAX_GAP_DAYS = 2 * FREEZES_PER_MONTH  # a gap may span two months


def advance_streak(streak: Streak, day: date) -> Streak:
    """Extend the streak by an active `day` later than its last, or start a new one."""
    freezes = _find_freezes(streak, day)
    current = streak.current + 1 if freezes is not None else 1
    changes = {
        "current": current,
        "longest": max(streak.longest, current),
        "last_active": day,
        "freezes_used": _count_used_freezes(day, streak, freezes),
    }
    return streak.model_copy(update=changes)


def count_streak(days: Iterable[date]) -> Streak:
    """Count the streak of these active days."""
    streak = Streak()
    for day in sorted(set(days)):
        streak = advance_streak(streak, day)
    return streak


def repair_streak(streak: Streak, days: Iterable[date]) -> Streak:
    """Recount the streak after a late review made a past day active. It never becomes shorter."""
    recounted = count_streak(days)
    best = max(recounted, streak, key=lambda each: each.current)
    return best.model_copy(update={"longest": max(streak.longest, recounted.longest)})


def shorten_streak(streak: Streak, days: Iterable[date]) -> Streak:
    """Recount the streak after the only review of a day was undone.

    A streak so long that `days` may not contain its beginning becomes one day shorter.
    """
    recounted = count_streak(days)
    is_long = streak.current > RECOUNT_PERIOD.days // 2
    current = max(recounted.current, streak.current - 1) if is_long else recounted.current
    was_record = streak.longest == streak.current
    longest = max(recounted.longest, current) if was_record else streak.longest
    return recounted.model_copy(update={"current": current, "longest": longest})


def evaluate_streak(streak: Streak, today: date) -> tuple[int, int]:
    """Return the days in a row and the freezes left as of `today`, which may still become active."""
    freezes = _find_freezes(streak, today)
    current = streak.current if freezes is not None else 0
    return current, FREEZES_PER_MONTH - _count_used_freezes(today, streak, freezes)


def list_milestones(*, above: int, up_to: int) -> list[int]:
    """List the milestone lengths in (above, up_to]."""
    return [length for length in _MILESTONES if above < length <= up_to]


def _find_freezes(streak: Streak, day: date) -> Counter[tuple[int, int]] | None:
    """Return the freezes, by month, that cover every day missed before `day`; None if they cannot."""
    if streak.last_active is None:
        return Counter()
    missed = (day - streak.last_active).days - 1
    if missed > _MAX_GAP_DAYS:
        return None
    needed = Counter(_to_month(streak.last_active + timedelta(days=number + 1)) for number in range(missed))
    used = {_to_month(streak.last_active): streak.freezes_used}
    fits = all(count + used.get(month, 0) <= FREEZES_PER_MONTH for month, count in needed.items())
    return needed if fits else None


def _count_used_freezes(day: date, streak: Streak, freezes: Counter[tuple[int, int]] | None) -> int:
    same_month = streak.last_active is not None and _to_month(streak.last_active) == _to_month(day)
    earlier = streak.freezes_used if same_month else 0
    return earlier + (freezes[_to_month(day)] if freezes else 0)


def _to_month(day: date) -> tuple[int, int]:
    return day.year, day.month
