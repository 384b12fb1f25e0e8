"""Placing of cards among the days to come."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.scheduling.placing import Days, Wish, compute_window, place
from shared.published.accounts import Ease, Weekday

TODAY = date(2026, 3, 2)  # a Monday


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def loaded(load: Mapping[int, int], *, limit: int = 200, easy: Mapping[Weekday, Ease] | None = None) -> Days:
    """`load` by days ahead."""
    return Days(lambda day: load.get((day - TODAY).days, 0), limit, easy or {})


def placed(interval_days: int, days: Days, *, passed: bool = True, siblings: tuple[int, ...] = ()) -> int:
    """Return the number of days ahead."""
    taken = {ahead(each) for each in siblings}
    return (place(Wish(TODAY, interval_days, passed, taken), days) - TODAY).days


@pytest.mark.parametrize(
    ("interval_days", "expected"),
    [(1, (1, 1)), (2, (2, 2)), (3, (2, 4)), (6, (4, 8)), (10, (8, 12)), (30, (27, 33)), (100, (93, 107))],
)
def test_the_window_is_that_of_the_librarys_fuzz(interval_days: int, expected: tuple[int, int]) -> None:
    assert compute_window(interval_days) == expected


@pytest.mark.parametrize("interval_days", [1, 2, 3, 6, 15, 90, 36_500])
def test_few_cards_keep_the_schedulers_own_day(interval_days: int) -> None:
    assert placed(interval_days, loaded({})) == interval_days
    assert placed(interval_days, loaded({interval_days: 9, interval_days + 1: 4})) == interval_days


def test_the_emptiest_day_of_the_window_is_taken() -> None:
    assert placed(6, loaded({4: 30, 5: 25, 6: 30, 7: 30, 8: 40})) == 5
    assert placed(6, loaded({4: 25, 5: 25, 6: 30, 7: 30, 8: 40})) == 5  # the nearer of the two


def test_chance_decides_between_a_day_before_and_a_day_after() -> None:
    days = loaded({6: 30})
    assert {(place(Wish(TODAY, 6, seed=seed), days) - TODAY).days for seed in range(4)} == {5, 7}


def test_what_is_over_the_limit_goes_where_there_is_room() -> None:
    full = dict.fromkeys(range(1, 7), 20)
    assert placed(1, loaded(full, limit=20)) == 7
    assert placed(1, loaded({**full, 3: 19, 7: 20}, limit=20)) == 3
    for interval in range(6, 13):  # a week begins anywhere after the window
        least, most = compute_window(interval)
        over = dict.fromkeys(range(least, most + 1), 20)
        assert placed(interval, loaded(over, limit=20)) == most + 1
    assert placed(1, loaded(dict.fromkeys(range(400), 20), limit=20)) == 1  # there is none


def test_a_card_that_was_not_known_returns_the_next_day_or_within_the_week() -> None:
    assert placed(1, loaded({1: 150}), passed=False) == 1
    assert placed(1, loaded({1: 200, 2: 200, 3: 40, 4: 10}), passed=False) == 3
    over = dict.fromkeys(range(1, 60), 210)
    assert placed(1, loaded({**over, 5: 205}), passed=False) == 5


def test_easy_days_get_a_share() -> None:
    easy: dict[Weekday, Ease] = {"sunday": "minimum", "saturday": "reduced"}
    assert placed(6, loaded({}, easy=easy)) == 7  # not Sunday
    assert placed(6, loaded({4: 50, 5: 20, 7: 50, 8: 50}, easy=easy)) == 5  # Saturday has 20 of others' 50
    assert placed(6, loaded({4: 50, 5: 30, 7: 50, 8: 50}, easy=easy)) in {4, 7, 8}
    monday: dict[Weekday, Ease] = {"tuesday": "minimum"}
    assert placed(1, loaded({}, easy=monday)) == 1  # no other day in the window
    assert placed(1, loaded({1: 20}, easy=monday)) > 1


def test_siblings_are_kept_apart_where_the_window_allows() -> None:
    assert placed(6, loaded({5: 30, 7: 40}), siblings=(6,)) in {4, 8}
    assert placed(6, loaded({}), siblings=(5, 6)) == 7
    assert placed(1, loaded({}), siblings=(1,)) == 1
    assert placed(6, loaded({4: 90, 5: 90, 7: 80, 8: 90}), siblings=(6,)) == 7  # not the emptiest


LOADS = st.dictionaries(st.integers(0, 120), st.integers(-1, 60))
EASY: st.SearchStrategy[dict[Weekday, Ease]] = st.dictionaries(
    st.sampled_from(("monday", "wednesday", "sunday")), st.sampled_from(("reduced", "minimum"))
)


@given(
    interval=st.integers(1, 60), load=LOADS, limit=st.integers(1, 60), easy=EASY, passed=st.booleans(),
    siblings=st.sets(st.integers(1, 90), max_size=4), seed=st.integers(0, 9),
)  # fmt: skip
def test_a_card_is_never_early_and_leaves_its_window_only_for_want_of_room(
    interval: int, load: dict[int, int], limit: int, easy: dict[Weekday, Ease], passed: bool,
    siblings: set[int], seed: int,
) -> None:  # fmt: skip
    days = loaded(load, limit=limit, easy=easy)
    wish = Wish(TODAY, interval, passed, {ahead(each) for each in siblings}, seed)
    due = place(wish, days)
    least, most = compute_window(interval)
    assert due >= ahead(least) > TODAY
    if due > ahead(most):
        assert not any(days.has_room(ahead(each)) for each in range(least, most + 1))
        assert days.has_room(due) or not passed
        skipped = range(most + 1, (due - TODAY).days - 6)
        assert not any(days.has_room(ahead(each)) for each in skipped)
    if not passed:
        assert due <= ahead(most + 6)
    assert place(wish, days) == due


@pytest.mark.slow
@given(st.integers(3, 300), st.integers(100, 400))
def test_many_cards_of_one_interval_fill_their_window_evenly(interval: int, cards: int) -> None:
    load: Counter[date] = Counter()
    days = Days(lambda day: load[day], limit=9999)
    for seed in range(cards):
        load[place(Wish(TODAY, interval, seed=seed), days)] += 1
    least, most = compute_window(interval)
    filled = [load[ahead(each)] for each in range(least, most + 1)]
    assert sum(filled) == cards
    assert max(filled) <= max(11, min(filled) + 1)
