"""Counters per minute."""

import pytest

from shared.web.windows import MinuteCounters


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
def counters(now: list[float]) -> MinuteCounters:
    return MinuteCounters(now=lambda: now[0])


def test_a_minute_begins_with_its_first_count(counters: MinuteCounters, now: list[float]) -> None:
    assert counters.read("a") == (0, 60)
    now[0] += 40
    assert [counters.add("a") for _ in range(3)] == [1, 2, 3]
    now[0] += 59
    assert counters.read("a") == (3, 1)
    assert counters.read("b") == (0, 60)
    now[0] += 1
    assert counters.read("a") == (0, 60)
    assert counters.add("a") == 1


def test_counters_of_past_minutes_are_dropped(counters: MinuteCounters, now: list[float]) -> None:
    for minute in range(10):
        now[0] = 1000 + 61 * minute
        for number in range(100):
            counters.add(f"{minute}:{number}")
    assert len(counters._counters) <= 200
