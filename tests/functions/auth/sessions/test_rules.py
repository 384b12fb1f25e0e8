"""Rules of the lock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.auth.sessions.rules import (
    FAILURE_WINDOW,
    LOCK_PERIOD,
    MAX_FAILURES,
    add_failure,
    compute_lock_end,
)

START = datetime(2026, 3, 2, tzinfo=UTC)
gaps = st.lists(st.integers(1, 600).map(lambda seconds: timedelta(seconds=seconds)), max_size=40)


@given(gaps)
def test_whoever_stops_when_locked_fails_at_most_ten_times_in_any_window(pauses: list[timedelta]) -> None:
    now, tried = START, []
    failed_at: tuple[datetime, ...] = ()
    for pause in pauses:
        now += pause
        until = compute_lock_end(failed_at)
        if until is None or until <= now:
            failed_at = add_failure(failed_at, now)
            tried.append(now)
    for first in tried:
        assert sum(first <= instant < first + FAILURE_WINDOW for instant in tried) <= MAX_FAILURES


@given(gaps)
def test_at_most_as_many_are_kept_as_lock(pauses: list[timedelta]) -> None:
    now = START
    failed_at: tuple[datetime, ...] = ()
    for pause in pauses:
        now += pause
        failed_at = add_failure(failed_at, now)
        assert len(failed_at) <= MAX_FAILURES
        assert failed_at[-1] == now


def test_ten_failures_lock_within_a_quarter_of_an_hour_only() -> None:
    close, spread = (
        tuple(START + number * timedelta(seconds=seconds) for number in range(10)) for seconds in (99, 100)
    )
    assert compute_lock_end(close) == close[-1] + LOCK_PERIOD
    assert compute_lock_end(spread) is None


def test_ten_at_one_instant_lock_from_then_on() -> None:
    assert compute_lock_end((START,) * 9) is None
    assert compute_lock_end((START,) * 10) == START + LOCK_PERIOD
