"""The model that plans reckon with agrees with the library that schedules."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.exams.memory import Memory, Model, model_of
from functions.assessments.flashcards.exams.snapshot import deck_of
from functions.assessments.flashcards.scheduling.fsrs import memory_after, recall
from functions.assessments.flashcards.scheduling.models import Answer
from tests.functions.assessments.flashcards.exams.simulation import TRUE_WEIGHTS

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

memories = st.builds(Memory, st.floats(0.01, 500), st.floats(1, 10))


def answered(quality: int, at: datetime) -> Answer:
    return Answer(id="a", flashcard="c", quality=quality, reviewed_at=at, day=at.date())


@given(memories, st.integers(1, 400), st.booleans(), st.sampled_from([None, TRUE_WEIGHTS]))
def test_an_answer_leaves_the_memory_that_the_library_leaves(
    memory: Memory, days: int, known: bool, weights: tuple[float, ...] | None
) -> None:
    schedule = Schedule(
        stability=memory.stability, difficulty=memory.difficulty, total_reviews=1,
        scheduled_on=NOW.date(), last_reviewed=NOW,
    )  # fmt: skip
    answer = answered(4 if known else 1, NOW + timedelta(days=days))
    expected = memory_after(schedule, answer, weights=weights)
    assert model_of(weights).after(memory, days, known=known) == pytest.approx(expected)
    expected_recall = recall(memory.stability, days, weights=weights)
    assert model_of(weights).recall(memory, days) == pytest.approx(expected_recall)


@pytest.mark.parametrize("known", [True, False])
def test_so_does_the_first_answer(known: bool) -> None:
    expected = memory_after(Schedule(scheduled_on=date(2026, 3, 2)), answered(4 if known else 1, NOW))
    assert Model().first(known=known) == pytest.approx(expected)


def test_a_card_that_only_sm2_knows_goes_on_from_there() -> None:
    schedule = Schedule(interval_days=12, repetitions=3, total_reviews=3, scheduled_on=date(2026, 3, 10))
    card = Flashcard(
        id="c", course="x", question="q", answer="a", schedule=schedule, due_on=schedule.scheduled_on,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    new = card.model_copy(update={"schedule": Schedule(scheduled_on=NOW.date())})
    deck = deck_of([card, new], ZoneInfo("UTC"))
    ((known,), (due,)) = deck.studied, deck.new
    assert (known.memory.stability, known.last, due) == (12, date(2026, 2, 26), card.due_on)


@given(memories, st.integers(1, 60), st.integers(0, 60))
def test_expected_recall_is_a_probability(memory: Memory, days: int, more: int) -> None:
    assert 0 < Model().once_more(memory, days, until=days + more) <= 1
