"""FSRS-6 as the library has it. FSRS_HISTORIES=10000 tries as many random histories (some seconds)."""

import os
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import fsrs
import fsrs_rs_python
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.fsrs import (
    LONGEST_DAYS,
    Fsrs,
    interval,
    memory_after,
    memory_from_sm2,
    rating,
    recall,
)
from functions.assessments.flashcards.scheduling.models import Answer

HISTORIES = int(os.environ.get("FSRS_HISTORIES", "300"))
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
NEW = Schedule(scheduled_on=START.date())


def answer(quality: int, at: datetime) -> Answer:
    return Answer(id="r", flashcard="c", quality=quality, reviewed_at=at, day=at.date())


def reviewed(schedule: Schedule, given: Answer, scheduler: Fsrs) -> Schedule:
    memory, days = scheduler.after(schedule, given)
    changes = {"total_reviews": schedule.total_reviews + 1, "last_reviewed": given.reviewed_at}
    return schedule.model_copy(update={**memory, **changes, "interval_days": days})


def some_weights(chance: random.Random) -> tuple[float, ...]:
    """The library's own, or others that it takes."""
    if chance.random() < 0.5:
        return DEFAULT_PARAMETERS
    bounds = zip(DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(most, max(least, each * chance.uniform(0.7, 1.4))) for each, least, most in bounds)


def test_every_interval_of_random_histories_is_the_librarys_own() -> None:
    chance = random.Random(6)
    for _ in range(HISTORIES):
        weights, retention = some_weights(chance), chance.uniform(0.7, 0.99)
        ours = Fsrs(retention, weights)
        theirs = fsrs.Scheduler(weights, retention, (), (), LONGEST_DAYS, enable_fuzzing=False)
        schedule, card, at = NEW, fsrs.Card(card_id=1), START
        for _ in range(chance.randint(1, 15)):
            quality = chance.choice((0, 1, 2, 3, 4, 4, 4, 5))
            card, _ = theirs.review_card(card, rating(quality), at)
            schedule = reviewed(schedule, answer(quality, at), ours)
            assert timedelta(days=schedule.interval_days) == card.due - at
            assert (schedule.stability, schedule.difficulty) == (card.stability, card.difficulty)
            now = at + timedelta(days=chance.uniform(0, 400))
            assert schedule.stability is not None
            known = recall(schedule.stability, (now - at).days, weights=weights)
            assert known == theirs.get_card_retrievability(card, now)
            at += timedelta(hours=chance.uniform(0, 2 * 24 * schedule.interval_days))
            at = min(at, datetime(9000, 1, 1, tzinfo=UTC))


def test_an_answer_is_again_hard_good_or_easy() -> None:
    again, hard, good, easy = fsrs.Rating.Again, fsrs.Rating.Hard, fsrs.Rating.Good, fsrs.Rating.Easy
    assert [rating(quality) for quality in range(6)] == [again, again, again, hard, good, easy]


def test_recall_falls_to_ninety_percent_after_as_many_days_as_the_stability_has() -> None:
    assert recall(12.0, 0) == 1.0
    assert recall(12.0, 12) == pytest.approx(0.9)
    assert recall(12.0, -3) == 1.0


def test_who_wants_to_recall_less_is_asked_later() -> None:
    days = [interval(30.0, desired_retention=wanted) for wanted in (0.99, 0.95, 0.9, 0.8, 0.7)]
    assert days == sorted(days)
    assert interval(30.0, desired_retention=0.9) == 30
    assert interval(0.001, desired_retention=0.99) == 1
    assert interval(1e9, desired_retention=0.7) == LONGEST_DAYS


@pytest.mark.parametrize("days", [1, 6, 35, 400])
@pytest.mark.parametrize("ease", [1.3, 2.0, 2.5, 3.2])
def test_sm2s_memory_becomes_what_the_reference_makes_of_it(ease: float, days: int) -> None:
    reference: Any = fsrs_rs_python.FSRS(parameters=list(DEFAULT_PARAMETERS))
    expected = reference.memory_state_from_sm2(ease, float(days), 0.9)
    schedule = NEW.model_copy(update={"ease_factor": ease, "interval_days": days, "total_reviews": 4})
    stability, difficulty = memory_from_sm2(schedule)
    assert stability == pytest.approx(expected.stability, rel=1e-4)
    assert difficulty == pytest.approx(expected.difficulty, rel=1e-3)


def test_an_imported_card_goes_on_from_its_interval_and_ease() -> None:
    imported = Schedule(
        interval_days=20, ease_factor=2.5, repetitions=4, total_reviews=6, scheduled_on=date(2026, 3, 2)
    )
    known = memory_after(imported, answer(4, START))
    forgot = memory_after(imported, answer(1, START))
    assert known[0] == pytest.approx(50, abs=2)  # 20 days times the ease
    assert forgot[0] < 20
    assert forgot[1] > known[1]
