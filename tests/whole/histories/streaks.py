"""Streaks by trying every run: slow, and nothing to get wrong."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta

FREEZES = 2  # missed days that a streak survives in a calendar month
MILESTONES = (3, 7, 14, 30, 60, 100)


def count_current(days: Collection[date], today: date) -> tuple[int, int]:
    """Return the streak and the freezes that are left, with today still to come."""
    ordered = sorted({*days, today})
    length, missed = _measure_last_run(ordered)
    current = length - (today not in days)
    return current, FREEZES - (missed if current else 0)


def count_longest(days: Collection[date]) -> int:
    """Return the longest streak ever."""
    ordered = sorted(set(days))
    return max((_measure_last_run(ordered[: end + 1])[0] for end in range(len(ordered))), default=0)


def _measure_last_run(ordered: Sequence[date]) -> tuple[int, int]:
    """Return the active days of the longest run that ends the list, and the days missed in its last month."""
    for start in range(len(ordered)):
        missed = _count_missed(ordered[start:])
        if all(number <= FREEZES for number in missed.values()):
            return len(ordered) - start, missed[_to_month(ordered[-1])]
    return 0, 0


def _count_missed(days: Sequence[date]) -> Counter[tuple[int, int]]:
    span = [days[0] + timedelta(days=number) for number in range((days[-1] - days[0]).days)]
    return Counter(_to_month(day) for day in span if day not in set(days))


def _to_month(day: date) -> tuple[int, int]:
    return day.year, day.month
