from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.courses.processing.rules import GIVE_UP_AFTER, choose_pause, estimate_seconds


@given(st.integers(0, 10_000))
def test_pauses_grow_and_stay_bounded(step: int) -> None:
    assert choose_pause(step, has_file=True) <= choose_pause(step + 1, has_file=True) <= timedelta(minutes=5)


def test_a_lost_event_is_made_up_for_soon_and_an_hour_takes_few_looks() -> None:
    assert choose_pause(0, has_file=True) == timedelta(seconds=5)
    waited, looks = timedelta(0), 0
    while waited < GIVE_UP_AFTER:
        waited += choose_pause(looks, has_file=True)
        looks += 1
    assert looks < 25


def test_the_next_look_waits_for_a_fetch_to_end() -> None:
    assert choose_pause(0, has_file=False) > timedelta(seconds=90)


@pytest.mark.parametrize(("size", "seconds"), [(0, 2), (2_048_576, 6), (52_428_800, 106)])
def test_the_estimate_grows_with_the_size(size: int, seconds: int) -> None:
    assert estimate_seconds(size) == seconds
