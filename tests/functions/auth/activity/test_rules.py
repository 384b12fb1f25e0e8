"""Rules of the streak."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.auth.activity.calendar import decode_days, encode_days
from functions.auth.activity.models import Streak
from functions.auth.activity.rules import (
    FREEZES_PER_MONTH,
    MILESTONES,
    count_streak,
    evaluate_streak,
    find_milestones,
    list_runs,
)

FIRST = date(2026, 1, 1)
days_sets = st.sets(st.integers(0, 120), min_size=1, max_size=80).map(
    lambda offsets: {FIRST + timedelta(days=offset) for offset in offsets}
)


def list_march_days(*days: int) -> list[date]:
    return [date(2026, 3, day) for day in days]


def is_streak(days: list[date]) -> bool:
    """Tell by the definition alone: no month has more missed days than freezes between first and last."""
    missed = Counter(
        (day.year, day.month)
        for before, after in pairwise(days)
        for day in (before + timedelta(days=ahead) for ahead in range(1, (after - before).days))
    )
    return all(number <= FREEZES_PER_MONTH for number in missed.values())


def find_longest(days: set[date], end: date) -> int:
    """Try every beginning."""
    ordered = sorted(day for day in days if day <= end)
    return max(len(ordered[start:]) for start in range(len(ordered)) if is_streak(ordered[start:]))


@pytest.mark.parametrize(
    ("days", "current", "used"),
    [
        (list_march_days(2), 1, 0),
        (list_march_days(2, 3, 4), 3, 0),
        (list_march_days(2, 4), 2, 1),
        (list_march_days(2, 5), 2, 2),
        (list_march_days(2, 4, 6), 3, 2),
        (list_march_days(2, 6), 1, 0),
        (list_march_days(2, 4, 6, 8), 3, 2),  # the newest gaps are covered: the 2nd is not reached
        ([*list_march_days(30), date(2026, 4, 3)], 2, 2),
        ([*list_march_days(29), date(2026, 4, 3)], 2, 2),
        ([*list_march_days(28), date(2026, 4, 3)], 1, 0),
        ([*list_march_days(26, 28, 30), date(2026, 4, 1)], 3, 0),
        ([*list_march_days(30), date(2026, 4, 4)], 1, 0),
        ([date(2025, 1, 1), *list_march_days(2)], 1, 0),
    ],
)
def test_two_missed_days_a_month_are_covered(days: list[date], current: int, used: int) -> None:
    streak = count_streak(days)
    assert (streak.current, streak.freezes_used) == (current, used)


@pytest.mark.parametrize(
    ("today", "current", "left"),
    [(2, 3, 2), (4, 3, 2), (5, 3, 2), (6, 3, 1), (7, 3, 0), (8, 0, 2), (31, 0, 2)],
)
def test_a_streak_is_seen_as_of_today(today: int, current: int, left: int) -> None:
    assert evaluate_streak(list_march_days(2, 3, 4), date(2026, 3, today)) == (current, left)


def test_a_late_day_takes_no_freeze_from_the_days_that_follow() -> None:
    days = [date(2027, 1, day) for day in (4, 6)]
    assert evaluate_streak(days, date(2027, 1, 8)) == (2, 0)
    assert evaluate_streak([date(2027, 1, 1), *days], date(2027, 1, 8)) == (2, 0)


def test_who_never_began_has_all_freezes() -> None:
    assert count_streak([]) == Streak()
    assert evaluate_streak([], FIRST) == (0, FREEZES_PER_MONTH)


@given(days_sets)
def test_each_streak_is_the_longest_that_its_definition_allows(days: set[date]) -> None:
    assert {run.end: run.length for run in list_runs(days)} == {day: find_longest(days, day) for day in days}


@given(days_sets, st.integers(0, 120))
def test_one_more_active_day_makes_no_streak_shorter(days: set[date], offset: int) -> None:
    more = days | {FIRST + timedelta(days=offset)}
    after = {run.end: run.length for run in list_runs(more)}
    assert all(run.length <= after[run.end] for run in list_runs(days))
    today = max(more)
    assert evaluate_streak(days, today)[0] <= evaluate_streak(more, today)[0]
    assert count_streak(days).longest <= count_streak(more).longest


@given(days_sets)
def test_the_longest_is_at_least_the_current_and_at_most_all_days(days: set[date]) -> None:
    streak = count_streak(days)
    assert 1 <= streak.current <= streak.longest <= len(days)
    assert streak.last_active == max(days)
    assert 0 <= streak.freezes_used <= FREEZES_PER_MONTH


@given(days_sets)
def test_without_missed_days_in_excess_nothing_is_lost(days: set[date]) -> None:
    whole = {min(days) + timedelta(days=offset) for offset in range(len(days))}
    assert count_streak(whole).current == len(whole)


@given(days_sets, st.integers(0, 40))
def test_looking_changes_nothing_and_never_shows_more(days: set[date], later: int) -> None:
    today = max(days) + timedelta(days=later)
    current, left = evaluate_streak(days, today)
    assert 0 <= current <= count_streak(days).current
    assert 0 <= left <= FREEZES_PER_MONTH
    assert count_streak(days | {today}).current == current + (today not in days)


@given(days_sets)
def test_milestones_are_those_of_the_longest_streak_on_the_day_that_reached_them(days: set[date]) -> None:
    reached = find_milestones(days)
    assert list(reached) == [each for each in MILESTONES if each <= count_streak(days).longest]
    for length, day in reached.items():
        assert count_streak(each for each in days if each <= day).longest >= length
        assert count_streak(each for each in days if each < day).longest < length


@given(st.sets(st.dates(date(1970, 1, 1), date(2200, 12, 31)), max_size=30))
def test_days_come_back_from_the_field_that_stores_them(days: set[date]) -> None:
    assert decode_days(encode_days(days)) == days


def test_a_hundred_years_of_days_fit_in_a_document() -> None:
    century = {date(2000, 1, 1) + timedelta(days=number) for number in range(36_500)}
    assert sum(len(name) + len(digits) for name, digits in encode_days(century).items()) < 10_000
