"""Rules of the streak."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.auth.activity.models import Streak
from functions.auth.activity.rules import (
    FREEZES_PER_MONTH,
    advance_streak,
    count_streak,
    evaluate_streak,
    list_milestones,
    repair_streak,
    shorten_streak,
)

FIRST = date(2026, 1, 1)
days_sets = st.sets(st.integers(0, 120), min_size=1, max_size=80).map(
    lambda offsets: {FIRST + timedelta(days=offset) for offset in offsets}
)


def list_march_days(*days: int) -> list[date]:
    return [date(2026, 3, day) for day in days]


@pytest.mark.parametrize(
    ("days", "current", "used"),
    [
        (list_march_days(2), 1, 0),
        (list_march_days(2, 3, 4), 3, 0),
        (list_march_days(2, 4), 2, 1),
        (list_march_days(2, 5), 2, 2),
        (list_march_days(2, 4, 6), 3, 2),
        (list_march_days(2, 6), 1, 0),
        (list_march_days(2, 4, 6, 8), 1, 2),
        ([*list_march_days(30), date(2026, 4, 3)], 2, 2),
        ([*list_march_days(29), date(2026, 4, 3)], 2, 2),
        ([*list_march_days(28), date(2026, 4, 3)], 1, 0),
        ([*list_march_days(26, 28, 30), date(2026, 4, 1)], 1, 0),
        ([*list_march_days(30), date(2026, 4, 4)], 1, 0),
    ],
)
def test_two_missed_days_a_month_are_covered(days: list[date], current: int, used: int) -> None:
    streak = count_streak(days)
    assert (streak.current, streak.freezes_used) == (current, used)


@pytest.mark.parametrize(
    ("today", "current", "left"),
    [(4, 3, 2), (5, 3, 2), (6, 3, 1), (7, 3, 0), (8, 0, 2), (31, 0, 2)],
)
def test_a_streak_is_seen_as_of_today(today: int, current: int, left: int) -> None:
    assert evaluate_streak(count_streak(list_march_days(2, 3, 4)), date(2026, 3, today)) == (current, left)


def test_who_never_began_has_all_freezes() -> None:
    assert evaluate_streak(Streak(), FIRST) == (0, FREEZES_PER_MONTH)


@given(days_sets)
def test_the_longest_is_at_least_the_current_and_at_most_all_days(days: set[date]) -> None:
    streak = count_streak(days)
    assert 1 <= streak.current <= streak.longest <= len(days)
    assert streak.last_active == max(days)


@given(days_sets)
def test_no_month_has_more_than_its_freezes(days: set[date]) -> None:
    streak = Streak()
    for day in sorted(days):
        streak = advance_streak(streak, day)
        assert 0 <= streak.freezes_used <= FREEZES_PER_MONTH


@given(days_sets)
def test_without_missed_days_in_excess_nothing_is_lost(days: set[date]) -> None:
    whole = {min(days) + timedelta(days=offset) for offset in range(len(days))}
    assert count_streak(whole).current == len(whole)


@given(days_sets, st.integers(0, 40))
def test_looking_changes_nothing_and_never_shows_more(days: set[date], later: int) -> None:
    streak = count_streak(days)
    current, left = evaluate_streak(streak, max(days) + timedelta(days=later))
    assert current in (0, streak.current)
    assert 0 <= left <= FREEZES_PER_MONTH
    assert (current > 0) == (
        advance_streak(streak, max(days) + timedelta(days=later or 1)).current > 1
    ) or later == 0


@given(days_sets, st.integers(0, 120))
def test_a_late_review_never_shortens_and_tells_what_all_days_tell(days: set[date], offset: int) -> None:
    late = min(FIRST + timedelta(days=offset), max(days))
    before = count_streak(days - {late}) if days - {late} else Streak()
    after = repair_streak(before, days | {late})
    assert after.current >= max(before.current, count_streak(days | {late}).current)
    assert after.longest >= max(before.longest, after.current)


@given(days_sets, st.data())
def test_undoing_a_day_leaves_the_streak_of_the_others(days: set[date], data: st.DataObject) -> None:
    undone = data.draw(st.sampled_from(sorted(days)))
    before, left = count_streak(days), days - {undone}
    after = shorten_streak(before, left)
    assert after.current == count_streak(left).current
    assert after.last_active == (max(left) if left else None)
    # A freeze that the undone day had used may now join other days to a longer streak.
    assert after.current <= after.longest <= max(before.longest, count_streak(left).longest)


def test_an_undone_day_gives_back_the_freeze_that_led_to_it() -> None:
    days = {date(2026, 1, number) for number in (1, 3, 6, 7)}
    assert count_streak(days).longest == 2
    assert shorten_streak(count_streak(days), days - {date(2026, 1, 1)}).longest == 3


def test_a_streak_older_than_what_is_remembered_loses_one_day_by_an_undone_one() -> None:
    year = [FIRST + timedelta(days=offset) for offset in range(900)]
    after = shorten_streak(count_streak(year), year[450:-1])
    assert (after.current, after.longest) == (899, 899)


@pytest.mark.parametrize(
    ("above", "up_to", "expected"),
    [(0, 2, []), (2, 3, [3]), (0, 14, [3, 7, 14]), (7, 7, []), (99, 100, [100])],
)
def test_milestones_lie_between(above: int, up_to: int, expected: list[int]) -> None:
    assert list_milestones(above=above, up_to=up_to) == expected
