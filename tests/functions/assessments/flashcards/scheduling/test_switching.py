"""From SM-2 to FSRS and back: nothing is lost, whoever decides."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.reviews.rules import insert_answers, replay, restore_memory
from functions.assessments.flashcards.scheduling.fsrs import Fsrs, Model
from functions.assessments.flashcards.scheduling.models import Answer, Review, SchedulerName
from functions.assessments.flashcards.scheduling.policy import Policy
from functions.assessments.flashcards.scheduling.sm2 import Sm2

START = Schedule(scheduled_on=date(2026, 3, 2))
DAWN = datetime(2026, 3, 2, 8, tzinfo=UTC)

STEPS = st.lists(
    st.tuples(st.integers(0, 30 * 24), st.integers(0, 5), st.sampled_from(("sm2", "fsrs"))),
    min_size=1,
    max_size=12,
)


def answered(number: int, at: datetime, quality: int) -> Answer:
    return Answer(id=f"r{number:02}", flashcard="c", quality=quality, reviewed_at=at, day=at.date())


def lived(steps: list[tuple[int, int, SchedulerName]]) -> list[Review]:
    """Each review under the scheduler of its step, one after the other."""
    at, schedule, reviews = DAWN, START, list[Review]()
    for number, (hours, quality, scheduler) in enumerate(steps):
        at += timedelta(hours=hours)
        reviews += replay(schedule, [answered(number, at, quality)], Policy(scheduler))
        schedule = reviews[-1].after
    return reviews


@given(STEPS)
def test_every_card_stays_due_after_a_day_at_least(steps: list[tuple[int, int, SchedulerName]]) -> None:
    for review in lived(steps):
        assert review.after.interval_days >= 1
        assert review.after.scheduled_on == review.day + timedelta(days=review.after.interval_days)


@given(STEPS, st.sampled_from(("sm2", "fsrs")))
def test_an_answer_on_the_day_before_the_last_counts_as_on_its_day(
    steps: list[tuple[int, int, SchedulerName]], scheduler: SchedulerName
) -> None:
    """Whoever travels to the west may live a day twice."""
    last = lived(steps)[-1]
    at = last.reviewed_at + timedelta(hours=1)
    same, before = (
        answered(99, at, 4).model_copy(update={"day": last.day - timedelta(days=days)}) for days in (0, 1)
    )
    policy = Policy(scheduler)
    one, other = (replay(last.after, [each], policy)[0].after for each in (same, before))
    fields = ("interval_days", "ease_factor", "stability", "difficulty")
    assert [getattr(one, field) for field in fields] == [getattr(other, field) for field in fields]


@given(STEPS)
def test_fsrs_remembers_the_same_whichever_scheduler_decided(
    steps: list[tuple[int, int, SchedulerName]],
) -> None:
    mixed = lived(steps)
    pure = lived([(hours, quality, "fsrs") for hours, quality, _ in steps])
    for one, other in zip(mixed, pure, strict=True):
        assert (one.after.stability, one.after.difficulty) == (other.after.stability, other.after.difficulty)
        if one.scheduler == "fsrs":
            assert one.after.interval_days == other.after.interval_days


@given(STEPS)
def test_sm2_goes_on_from_its_ease_and_the_interval_the_card_had(
    steps: list[tuple[int, int, SchedulerName]],
) -> None:
    for review in lived(steps):
        memory, days = Sm2().advance(review.before, review)
        assert (review.after.ease_factor, review.after.repetitions) == tuple(memory.values())
        if review.scheduler == "sm2":
            assert review.after.interval_days == days


@given(STEPS, st.integers(0, 60 * 24))
def test_a_late_review_leaves_each_review_its_scheduler(
    steps: list[tuple[int, int, SchedulerName]], hours: int
) -> None:
    reviews = lived(steps)
    late = answered(99, DAWN + timedelta(hours=hours), 4)
    tail = [review for review in reviews if review.position > late.position]
    start = tail[0].before if tail else reviews[-1].after
    changed = {review.id: review for review in insert_answers(start, tail, [late], Policy("fsrs", 0.8))}
    for review in tail:
        assert changed[review.id].scheduler == review.scheduler
        assert changed[review.id].desired_retention == 0.9
    assert (changed[late.id].scheduler, changed[late.id].desired_retention) == ("fsrs", 0.8)


@given(STEPS)
def test_what_fsrs_never_saw_it_learns_from_the_history(steps: list[tuple[int, int, SchedulerName]]) -> None:
    reviews = lived(steps)
    forgotten = [
        review.model_copy(update={"before": _blank(review.before), "after": _blank(review.after)})
        for review in reviews
    ]
    assert restore_memory(_blank(reviews[-1].after), forgotten, Policy()) == reviews[-1].after


def test_without_a_history_it_goes_on_from_sm2() -> None:
    imported = START.model_copy(update={"interval_days": 30, "total_reviews": 9, "repetitions": 5})
    remembered = restore_memory(imported, [], Policy())
    assert (remembered.stability, remembered.difficulty) == Model().convert_sm2(imported)
    at = DAWN + timedelta(days=30)
    assert Fsrs().advance(imported, answered(1, at, 4)) == Fsrs().advance(remembered, answered(1, at, 4))


@pytest.mark.parametrize("quality", range(6))
def test_a_days_interval_is_a_day_on_either_side(quality: int) -> None:
    steps: list[tuple[int, int, SchedulerName]] = [
        (0, 1, "sm2"),
        (20, quality, "fsrs"),
        (20, 1, "sm2"),
        (20, 1, "fsrs"),
    ]
    assert all(review.after.interval_days >= 1 for review in lived(steps))
    assert lived(steps)[2].after.interval_days == 1


def _blank(schedule: Schedule) -> Schedule:
    return schedule.model_copy(update={"stability": None, "difficulty": None})
