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
