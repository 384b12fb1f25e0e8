"""Tests of item analysis: running sums agree with statistics over all data."""

import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.quizzes.item_analysis.models import Flag, ItemSums
from functions.assessments.quizzes.item_analysis.rules import (
    SCALE,
    ItemScore,
    compute_discrimination,
    compute_facility,
    compute_sums,
    find_flags,
)

Attempt = list[ItemScore]

_POSSIBLE = {"a": 1.0, "b": 5.0, "c": 2.5, "d": 10.0}


@st.composite
def attempts(draw: st.DrawFn) -> Attempt:
    asked = draw(st.lists(st.sampled_from(sorted(_POSSIBLE)), min_size=1, unique=True))
    shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])
    return [ItemScore(name, draw(shares) * _POSSIBLE[name], _POSSIBLE[name]) for name in asked]


def sum_attempts(data: Sequence[Attempt], question: str) -> ItemSums:
    total = ItemSums()
    for attempt in data:
        added = compute_sums(attempt).get(question)
        if added is not None:
            numbers = {k: v + getattr(total, k) for k, v in added if isinstance(v, int)}
            total = total.model_copy(update=numbers)
    return total


def compute_at_once(data: Sequence[Attempt], question: str) -> tuple[float | None, float | None]:
    """Compute facility and discrimination by their definitions, from all attempts at once."""
    scores: list[int] = []
    pairs: list[tuple[int, int]] = []
    for attempt in data:
        for item in attempt:
            if item.question == question:
                score = round(SCALE * item.earned / item.possible)
                scores.append(score)
                rest = [other for other in attempt if other is not item]
                possible = sum(other.possible for other in rest)
                earned = sum(other.earned for other in rest)
                pairs += [(score, round(SCALE * earned / possible))] if rest else []
    spread = pairs and len({x for x, _ in pairs}) > 1 and len({y for _, y in pairs}) > 1
    correlation = statistics.correlation(*map(list, zip(*pairs, strict=True))) if spread else None
    return (statistics.fmean(scores) / SCALE if scores else None), correlation


@given(st.lists(attempts(), max_size=30), st.randoms(use_true_random=False))
def test_sums_in_any_order_agree_with_all_data_at_once(data: list[Attempt], chance: object) -> None:
    shuffled = sorted(data, key=lambda _: chance.random())  # type: ignore[attr-defined]
    for question in _POSSIBLE:
        sums = sum_attempts(data, question)
        assert sums == sum_attempts(shuffled, question)
        mean, correlation = compute_at_once(data, question)
        assert compute_facility(sums) == (mean if mean is None else pytest.approx(mean))
        assert compute_discrimination(sums) == (
            correlation if correlation is None else pytest.approx(correlation, abs=1e-6)
        )


def _sum_pattern(pattern: Sequence[tuple[float, float]]) -> ItemSums:
    return sum_attempts(
        [[ItemScore("a", score, 1.0), ItemScore("b", rest, 1.0)] for score, rest in pattern], "a"
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ([(1, 1), (0, 0)] * 5, ()),
        ([(1, 0), (0, 1)] * 5, ("negative_discrimination",)),
        ([(1, 1), (1, 0), (0, 1), (0, 0)] * 3, ("poor_discrimination",)),
        ([(1, 1), (1, 0)] * 5, ("too_easy",)),
        ([(0, 1), (0, 0)] * 5, ("too_hard",)),
        ([(0, 1), (0, 0)] * 4, ()),  # too few to tell
        ([(1, 1)] * 19 + [(0, 1)], ()),  # 95 % is not yet too easy
        ([], ()),
    ],
)
def test_flags(pattern: list[tuple[float, float]], expected: tuple[Flag, ...]) -> None:
    assert find_flags(_sum_pattern(pattern)) == expected


def test_a_single_question_has_a_facility_and_no_discrimination() -> None:
    sums = sum_attempts([[ItemScore("a", 1.0, 2.0)], [ItemScore("a", 2.0, 2.0)]], "a")
    assert (compute_facility(sums), compute_discrimination(sums), sums.pairs) == (0.75, None, 0)
