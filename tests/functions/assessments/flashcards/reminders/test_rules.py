"""The time of reminders, over every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.assessments.flashcards.reminders.rules import find_instant, find_next_reminder

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
NOWS = st.integers(0, 60 * 24 * 365 * 60).map(lambda minutes: datetime.fromtimestamp(minutes * 60, UTC))
EIGHTEEN = time(18, 0)


def shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


@pytest.mark.slow
@settings(max_examples=400)
@given(NOWS, WALLS, ZONES)
def test_the_next_reminder_lies_ahead_and_shows_the_time_or_ends_a_gap(
    now: datetime, wall: time, zone: ZoneInfo
) -> None:
    instant = find_next_reminder(now, wall, zone)
    assert now < instant <= now + timedelta(days=3)
    local = shown(instant, zone)
    if local.time() != wall:
        before = shown(instant - timedelta(seconds=1), zone)
        assert before < datetime.combine(local.date(), wall) < local
        assert local - before > timedelta(seconds=1)


@settings(max_examples=100)
@given(NOWS, WALLS, ZONES)
def test_a_month_of_reminders_has_one_on_each_day(now: datetime, wall: time, zone: ZoneInfo) -> None:
    days: list[date] = []
    for _ in range(31):
        now = find_next_reminder(now, wall, zone)
        days.append(shown(now, zone).date())
    assert days == sorted(set(days))
    skipped = [day for day in days[1:] if day - timedelta(days=1) not in days]
    assert all(find_instant(day - timedelta(days=1), wall, zone) is None for day in skipped)


@pytest.mark.parametrize(
    ("zone", "wall", "day", "expected"),
    [
        ("America/New_York", "18:00", "2026-01-15", "2026-01-15T23:00"),
        ("America/New_York", "18:00", "2026-07-15", "2026-07-15T22:00"),
        # Clocks go from 02:00 to 03:00: the first instant after the gap.
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08T07:00"),
        # Clocks go from 02:00 to 01:00: the first of the two.
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30"),
        # Half an hour only.
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:30"),
        # There is no midnight.
        ("America/Santiago", "00:00", "2026-09-06", "2026-09-06T04:00"),
    ],
)
def test_the_edges_of_summer_time(zone: str, wall: str, day: str, expected: str) -> None:
    instant = find_instant(date.fromisoformat(day), time.fromisoformat(wall), ZoneInfo(zone))
    assert instant == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_day_that_a_zone_leaves_out_has_no_reminder() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went over the date line and had no 30th of December
    assert find_instant(date(2011, 12, 30), EIGHTEEN, apia) is None
    before = datetime(2011, 12, 30, 5, tzinfo=UTC)  # the 29th, 19:00
    following = shown(find_next_reminder(before, EIGHTEEN, apia), apia)
    assert following.isoformat() == "2011-12-31T18:00:00"


def test_a_reminder_at_this_very_instant_is_the_next_day() -> None:
    now = datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert find_next_reminder(now, EIGHTEEN, ZoneInfo("UTC")) == now + timedelta(days=1)
