"""SM-2 to the digit."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.scheduling import sm2
from functions.assessments.flashcards.scheduling.protocol import MAX_INTERVAL_DAYS

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "sm2_vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("sequence", VECTORS["sequences"])
def test_the_published_vectors_hold(sequence: list[dict[str, Any]]) -> None:
    memory = sm2.Memory()
    assert memory._asdict() == VECTORS["start"]
    for step in sequence:
        memory = sm2.update_memory(memory, step["quality"])
        assert memory._replace(ease_factor=round(memory.ease_factor, 4)) == sm2.Memory(
            step["ease_factor"], step["interval_days"], step["repetitions"]
        )


@pytest.mark.parametrize("sequence", VECTORS["sequences"])
def test_answers_on_their_days_give_the_published_vectors(sequence: list[dict[str, Any]]) -> None:
    memory = sm2.Memory()
    for step in sequence:
        memory = sm2.update_memory(memory, step["quality"], days=memory.interval_days or None)
        assert memory.interval_days == step["interval_days"]


histories = st.lists(st.tuples(st.integers(3, 5), st.integers(0, 60)), min_size=1, max_size=20)


@given(histories)
def test_an_early_answer_leads_no_further_than_one_on_its_day_and_never_back(
    history: list[tuple[int, int]],
) -> None:
    memory = sm2.Memory()
    for quality, days in history:
        published = sm2.update_memory(memory, quality)
        if memory.repetitions and memory.interval_days > 1:
            after = sm2.update_memory(memory, quality, days=days)
            assert memory.interval_days <= after.interval_days <= max(published.interval_days, 6)
            assert after.interval_days - memory.interval_days <= 6 * days * (after.ease_factor - 1) + 1
            assert after[::2] == published[::2]
            memory = after
        else:
            memory = published


@given(st.lists(st.integers(3, 5), min_size=1, max_size=40))
def test_answers_of_one_day_lead_no_further_than_the_first(qualities: list[int]) -> None:
    memory = sm2.Memory()
    for number, quality in enumerate(qualities):
        memory = sm2.update_memory(memory, quality, days=0 if number else None)
    assert memory.interval_days == 1
    assert sm2.update_memory(memory, 4, days=1).interval_days == 6


@given(st.integers(2, 60), st.integers(3, 5), st.integers(1, 400), st.integers(0, 400))
def test_the_interval_grows_with_the_days_that_have_passed(
    repetitions: int, quality: int, interval: int, days: int
) -> None:
    before = sm2.Memory(2.5, interval, repetitions)
    sooner, later = (sm2.update_memory(before, quality, days=each).interval_days for each in (days, days + 1))
    assert sooner <= later


def test_six_answers_on_six_days_stay_far_from_those_on_their_days() -> None:
    memory, grown = sm2.Memory(), []
    for number in range(6):
        memory = sm2.update_memory(memory, 4, days=1 if number else None)
        grown.append(memory.interval_days)
    assert grown == [1, 6, 15, 24, 33, 42]


@given(st.lists(st.integers(0, 5), max_size=60))
def test_ease_and_interval_stay_in_their_bounds(qualities: list[int]) -> None:
    memory = sm2.Memory()
    for quality in qualities:
        memory = sm2.update_memory(memory, quality)
        assert memory.ease_factor >= 1.3
        assert 1 <= memory.interval_days <= MAX_INTERVAL_DAYS
        assert (memory.repetitions == 0) == (quality < 3)


def test_a_perfect_memory_is_asked_again_within_a_hundred_years() -> None:
    memory = sm2.Memory()
    for _ in range(30):
        memory = sm2.update_memory(memory, 5)
    assert memory.interval_days == MAX_INTERVAL_DAYS
