from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.retries import RetryPolicy

CHANCES = st.floats(0, 1)
ATTEMPTS = st.integers(1, 10_000)


@st.composite
def policies(draw: st.DrawFn) -> RetryPolicy:
    first, second = sorted([draw(st.floats(0, 10_000)), draw(st.floats(0, 10_000))])
    return RetryPolicy(
        first_pause=timedelta(seconds=first),
        max_pause=timedelta(seconds=second),
        factor=draw(st.floats(1, 10)),
        max_attempts=draw(st.none() | st.integers(1, 300)),
        jitter=draw(st.floats(0, 1)),
    )


@given(policies(), ATTEMPTS)
def test_pauses_grow_from_the_first_to_the_longest(policy: RetryPolicy, attempt: int) -> None:
    assert policy.pause_after(1) == policy.first_pause
    assert policy.first_pause <= policy.pause_after(attempt) <= policy.pause_after(attempt + 1)
    assert policy.pause_after(attempt) <= policy.max_pause


@given(policies(), ATTEMPTS, CHANCES)
def test_chance_shortens_a_pause_by_the_jitter_at_most(
    policy: RetryPolicy, attempt: int, chance: float
) -> None:
    longest, pause = policy.pause_after(attempt), policy.pause_after(attempt, chance=chance)
    shortest = longest * (1 - policy.jitter)
    assert shortest - timedelta(microseconds=1) <= pause <= longest


@given(policies(), ATTEMPTS, CHANCES, st.timedeltas(timedelta(0), timedelta(days=1)))
def test_a_requested_pause_is_kept_up_to_the_longest(
    policy: RetryPolicy, attempt: int, chance: float, requested: timedelta
) -> None:
    pause = policy.pause_after(attempt, chance=chance, requested=requested)
    assert min(requested, policy.max_pause) <= pause <= policy.max_pause


@given(policies())
def test_there_are_as_many_attempts_as_allowed(policy: RetryPolicy) -> None:
    attempts = [attempt for attempt in range(1, 302) if policy.is_last(attempt)]
    assert attempts[:1] == ([] if policy.max_attempts is None else [policy.max_attempts])


def test_doubling_pauses_are_exact() -> None:
    policy = RetryPolicy(first_pause=timedelta(seconds=5), max_pause=timedelta(minutes=5))
    pauses = [policy.pause_after(attempt).total_seconds() for attempt in range(1, 9)]
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]
    assert all(later == min(2 * earlier, 300) for earlier, later in pairwise(pauses))


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_pause": timedelta(seconds=-1)},
        {"first_pause": timedelta(seconds=11)},
        {"factor": 0.5},
        {"jitter": 1.5},
        {"jitter": -0.1},
        {"max_attempts": 0},
    ],
)
def test_a_policy_without_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"between|at least"):
        RetryPolicy(**{"first_pause": timedelta(seconds=1), "max_pause": timedelta(seconds=10), **wrong})
