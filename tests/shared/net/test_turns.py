"""Turns of outside calls: few at a time for each user and host, the others come back one after another."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from shared.clock import ManualClock
from shared.messages import Postponed
from shared.net.turns import MAX_CALLS_PER_HOST, MAX_CALLS_PER_USER, OutsideCalls

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://slow.example/hook"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def calls(clock: ManualClock) -> OutsideCalls:
    return OutsideCalls(clock)


def postpone(calls: OutsideCalls, *, user_id: str, url: str = URL) -> timedelta:
    """Ask for a turn that is refused; return the pause."""
    with pytest.raises(Postponed) as refused, calls.take_turn(user_id=user_id, url=url):
        raise AssertionError
    return refused.value.until - NOW


def test_one_user_has_few_calls_at_a_time(calls: OutsideCalls, clock: ManualClock) -> None:
    with ExitStack() as turns:
        for number in range(MAX_CALLS_PER_USER):
            turns.enter_context(calls.take_turn(user_id="u1", url=f"https://{number}.example/"))
        pauses = [postpone(calls, user_id="u1", url="https://other.example/") for _ in range(3)]
        assert pauses == [timedelta(seconds=seconds) for seconds in (1, 2, 3)], "one after another"
        with calls.take_turn(user_id="u2", url=URL):
            pass
        clock.advance(timedelta(seconds=10))
        assert postpone(calls, user_id="u1") == timedelta(seconds=11)
    with calls.take_turn(user_id="u1", url=URL):
        pass


def test_one_host_has_few_calls_at_a_time_however_it_is_written(calls: OutsideCalls) -> None:
    with ExitStack() as turns:
        for number in range(MAX_CALLS_PER_HOST):
            turns.enter_context(calls.take_turn(user_id=f"u{number}", url=f"https://SLOW.example./{number}"))
        assert postpone(calls, user_id="u99") == timedelta(seconds=1)
        with calls.take_turn(user_id="u99", url="https://quick.example/"):
            pass


def test_a_call_that_fails_gives_its_turn_back(calls: OutsideCalls) -> None:
    for _ in range(2 * MAX_CALLS_PER_HOST):
        with pytest.raises(LookupError), calls.take_turn(user_id="u1", url=URL):
            raise LookupError
    for _ in range(2 * MAX_CALLS_PER_USER):
        with calls.take_turn(user_id="u1", url="http://[bad"):
            pass
