"""Sets of active days as one small field: a number for each year, with a bit for each of its days."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from functions.auth.activity.models import Progress
from functions.auth.activity.rules import count_streak


def encode_days(days: Iterable[date]) -> dict[str, str]:
    """Return the days as `Progress.active_days` stores them: at most 92 digits for a year."""
    years: dict[str, int] = {}
    for day in days:
        name = f"{day.year:04}"
        years[name] = years.get(name, 0) | 1 << (day - date(day.year, 1, 1)).days
    return {name: f"{bits:x}" for name, bits in years.items()}


def decode_days(years: Mapping[str, str]) -> set[date]:
    """Return the days that `encode_days` was given."""
    return {
        date(int(name), 1, 1) + timedelta(days=number)
        for name, digits in years.items()
        for number, bit in enumerate(reversed(f"{int(digits, 16):b}"))
        if bit == "1"
    }


def list_active_days(progress: Progress) -> set[date]:
    """Return the active days of progress that `service.get_progress` has loaded."""
    return decode_days(progress.active_days or {})


def read_active_days(progress: Progress) -> set[date] | None:
    """Return the active days that the progress tells, None where they are to be read from the days.

    That is so once for progress that an earlier version stored, or changed meanwhile.
    """
    if progress.active_days is None:
        return None if progress.streak.last_active else set()
    days = decode_days(progress.active_days)
    return days if count_streak(days) == progress.streak else None
