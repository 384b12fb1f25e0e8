"""FSRS-6 as the library `fsrs` has it. FSRS_HISTORIES=10000 tries as many random histories (some seconds)."""

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import fsrs
import fsrs_rs_python
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.fsrs import (
    DEFAULT_WEIGHTS,
    Fsrs,
    Memory,
    Model,
    Rating,
    Weights,
    compute_memory,
    rate_quality,
)
from functions.assessments.flashcards.scheduling.models import Answer
from functions.assessments.flashcards.scheduling.protocol import MAX_INTERVAL_DAYS
from tests.functions.assessments.flashcards.exams.simulation import TRUE_WEIGHTS

HISTORIES = int(os.environ.get("FSRS_HISTORIES", "300"))
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
NEW = Schedule(scheduled_on=START.date())

memories = st.builds(Memory, st.floats(0.01, 500), st.floats(1, 10))


def answer(quality: int, at: datetime) -> Answer:
    return Answer(id="r", flashcard="c", quality=quality, reviewed_at=at, day=at.date())


def apply(schedule: Schedule, given: Answer, scheduler: Fsrs) -> Schedule:
    memory, days = scheduler.advance(schedule, given)
    changes = {
        "total_reviews": schedule.total_reviews + 1,
        "last_reviewed": given.reviewed_at,
        "reviewed_on": given.day,
    }
    return schedule.model_copy(update={**memory, **changes, "interval_days": days})


def some_weights(chance: random.Random) -> Weights:
    """FSRS's own, or others that the library takes."""
    if chance.random() < 0.5:
        return DEFAULT_WEIGHTS
    bounds = zip(DEFAULT_WEIGHTS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(most, max(least, each * chance.uniform(0.7, 1.4))) for each, least, most in bounds)


def reference(weights: Weights, retention: float = 0.9) -> fsrs.Scheduler:
    return fsrs.Scheduler(weights, retention, (), (), MAX_INTERVAL_DAYS, enable_fuzzing=False)


def test_the_weights_are_the_librarys_own() -> None:
    assert DEFAULT_WEIGHTS == DEFAULT_PARAMETERS


def test_every_interval_of_random_histories_is_the_librarys_own() -> None:
    chance = random.Random(6)
    for _ in range(HISTORIES):
        weights, retention = some_weights(chance), chance.uniform(0.7, 0.99)
        ours, theirs = Fsrs(retention, Model(weights)), reference(weights, retention)
        schedule, card, at = NEW, fsrs.Card(card_id=1), START
        for _ in range(chance.randint(1, 15)):
            quality = chance.choice((0, 1, 2, 3, 4, 4, 4, 5))
            day = datetime.combine(at, time(), tzinfo=UTC)  # the library counts hours, we the user's days
            card, _ = theirs.review_card(card, fsrs.Rating(rate_quality(quality)), day)
            schedule = apply(schedule, answer(quality, at), ours)
            assert timedelta(days=schedule.interval_days) == card.due - day
            assert (schedule.stability, schedule.difficulty) == (card.stability, card.difficulty)
            now = at + timedelta(days=chance.uniform(0, 400))
            assert schedule.stability is not None
            assert schedule.difficulty is not None
            memory = Memory(schedule.stability, schedule.difficulty)
            known = ours.model.predict_recall(memory, (now - day).days)
            assert known == theirs.get_card_retrievability(card, now)
            at += timedelta(hours=chance.uniform(0, 2 * 24 * schedule.interval_days))
            at = min(at, datetime(9000, 1, 1, tzinfo=UTC))


@given(
    memories, st.integers(0, 400), st.sampled_from(Rating), st.sampled_from([DEFAULT_WEIGHTS, TRUE_WEIGHTS])
)
def test_an_answer_leaves_the_memory_that_the_library_leaves(
    memory: Memory, days: int, rating: Rating, weights: Weights
) -> None:
    card = fsrs.Card(1, fsrs.State.Review, None, memory.stability, memory.difficulty, START, START)
    after, _ = reference(weights).review_card(card, fsrs.Rating(rating), START + timedelta(days=days))
    assert Model(weights).update_memory(memory, days, rating) == (after.stability, after.difficulty)


@given(memories, st.integers(1, 400), st.sampled_from(Rating))
def test_the_optimisers_library_agrees_to_single_precision(memory: Memory, days: int, rating: Rating) -> None:
    states: Any = fsrs_rs_python.FSRS(list(DEFAULT_WEIGHTS)).next_states(
        fsrs_rs_python.MemoryState(*memory), 0.9, days
    )
    after = (states.again, states.hard, states.good, states.easy)[rating - 1].memory
    expected = pytest.approx((after.stability, after.difficulty), rel=1e-3)
    assert tuple(Model().update_memory(memory, days, rating)) == expected


@given(st.floats(0.001, 0.02), st.floats(1, 10), st.integers(1, 400))
def test_a_card_that_is_forgotten_is_never_held_for_more_stable(
    stability: float, difficulty: float, days: int
) -> None:
    after = Model().update_memory(Memory(stability, difficulty), days, Rating.AGAIN)
    assert after.stability <= stability


def test_an_answer_is_again_hard_good_or_easy() -> None:
    again, hard, good, easy = Rating
    assert [rate_quality(quality) for quality in range(6)] == [again, again, again, hard, good, easy]


def test_recall_falls_to_ninety_percent_after_as_many_days_as_the_stability_has() -> None:
    memory = Memory(12.0, 5.0)
    assert Model().predict_recall(memory, 0) == 1.0
    assert Model().predict_recall(memory, 12) == pytest.approx(0.9)
    assert Model().predict_recall(memory, -3) == 1.0


@given(memories, st.integers(1, 60), st.integers(0, 60))
def test_expected_recall_is_a_probability(memory: Memory, days: int, more: int) -> None:
    expected = Model().predict_reviewed_recall(memory, days, until=days + more)
    assert 0 < expected <= 1
    gain = Model().predict_gain(memory, days, until=days + more)
    assert gain == expected - Model().predict_recall(memory, days + more)


def test_who_wants_to_recall_less_is_asked_later() -> None:
    def interval(stability: float, retention: float) -> int:
        return Model().compute_interval(Memory(stability, 5.0), retention)

    days = [interval(30.0, wanted) for wanted in (0.99, 0.95, 0.9, 0.8, 0.7)]
    assert days == sorted(days)
    assert interval(30.0, 0.9) == 30
    assert interval(0.001, 0.99) == 1
    assert interval(1e9, 0.7) == MAX_INTERVAL_DAYS


@pytest.mark.parametrize("days", [1, 6, 35, 400])
@pytest.mark.parametrize("ease", [1.3, 2.0, 2.5, 3.2])
def test_sm2s_memory_becomes_what_the_reference_makes_of_it(ease: float, days: int) -> None:
    other: Any = fsrs_rs_python.FSRS(parameters=list(DEFAULT_WEIGHTS))
    expected = other.memory_state_from_sm2(ease, float(days), 0.9)
    schedule = NEW.model_copy(update={"ease_factor": ease, "interval_days": days, "total_reviews": 4})
    stability, difficulty = Model().convert_sm2(schedule)
    assert stability == pytest.approx(expected.stability, rel=1e-4)
    assert difficulty == pytest.approx(expected.difficulty, rel=1e-3)


def test_an_imported_card_goes_on_from_its_interval_and_ease() -> None:
    imported = Schedule(
        interval_days=20, ease_factor=2.5, repetitions=4, total_reviews=6, scheduled_on=date(2026, 3, 2)
    )
    known = compute_memory(imported, answer(4, START), Model())
    forgot = compute_memory(imported, answer(1, START), Model())
    assert known.stability == pytest.approx(50, abs=2)  # 20 days times the ease
    assert forgot.stability < 20
    assert forgot.difficulty > known.difficulty


def test_an_imported_memory_without_any_review_counts_as_forgotten() -> None:
    """So the library takes a card that does not tell when it was asked last."""
    imported = Schedule(stability=30.0, difficulty=5.0, interval_days=30, scheduled_on=date(2026, 3, 2))
    card = fsrs.Card(1, fsrs.State.Review, None, 30.0, 5.0, START, None)
    after, _ = reference(DEFAULT_WEIGHTS).review_card(card, fsrs.Rating.Good, START)
    assert compute_memory(imported, answer(4, START), Model()) == (after.stability, after.difficulty)
