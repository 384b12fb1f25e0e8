"""Rules for the time of reminders: once on each of the user's days, at the same time on the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.rules import to_local_day

_MAX_SKIPPED_DAYS = 3  # a zone that crosses the date line leaves out one


def find_next_reminder(now: datetime, reminder_time: time, zone: ZoneInfo) -> datetime:
    """Return the first instant after `now` at which a clock in the zone shows the time.

    On a day that has no such time it is the first instant after the gap, on one that has it twice the first.
    """
    today = to_local_day(now, zone)
    days = (today + timedelta(days=ahead) for ahead in range(_MAX_SKIPPED_DAYS + 1))
    instants = (find_instant(day, reminder_time, zone) for day in days)
    return next(instant for instant in instants if instant is not None and instant > now)


def find_instant(day: date, wall: time, zone: ZoneInfo) -> datetime | None:
    """Return the instant of the local time on the day, or None if the zone leaves the whole day out."""
    local = datetime.combine(day, wall, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        instant = _find_gap_end(local)
    return instant if to_local_day(instant, zone) == day else None


def _find_gap_end(local: datetime) -> datetime:
    """Return the instant at which clocks were put forward over the local time, which no clock showed."""
    before, after = local.replace(fold=1).astimezone(UTC), local.astimezone(UTC)
    offset_after = after.astimezone(local.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(local.tzinfo).utcoffset() == offset_after:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
