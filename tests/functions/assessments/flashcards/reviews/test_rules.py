"""Reviews that come in any order make the schedule that they make in order."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.reviews.rules import insert_answers, is_latest, replay
from functions.assessments.flashcards.scheduling.models import Answer, Review
from functions.assessments.flashcards.scheduling.policy import Policy

START = Schedule(scheduled_on=date(2026, 3, 2))
DAWN = datetime(2026, 3, 2, 8, tzinfo=UTC)


def answer(number: int, hour: int, quality: int) -> Answer:
    at = DAWN + timedelta(hours=hour)
    return Answer(id=f"r{number:02}", flashcard="c", quality=quality, reviewed_at=at, day=at.date())


HISTORIES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 5)), min_size=1, max_size=12).map(
    lambda pairs: [answer(number, hour, quality) for number, (hour, quality) in enumerate(pairs)]
)


def arrive(kept: dict[str, Review], schedule: Schedule, answers: list[Answer]) -> Schedule:
    """Apply answers to stored reviews as the service does."""
    earliest = min(answers, key=lambda each: each.position)
    in_order = sorted(kept.values(), key=lambda each: each.position)
    tail = [review for review in in_order if review.reviewed_at >= earliest.reviewed_at]
    tail = [] if is_latest(schedule, earliest) else tail
    changed = insert_answers(tail[0].before if tail else schedule, tail, answers, Policy())
    kept.update({review.id: review for review in changed})
    return changed[-1].after


@given(HISTORIES, st.data())
def test_any_order_in_any_portions_gives_the_same_history(answers: list[Answer], data: st.DataObject) -> None:
    rest = data.draw(st.permutations(answers))
    kept: dict[str, Review] = {}
    schedule = START
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        portion, rest = rest[:size], rest[size:]
        schedule = arrive(kept, schedule, portion)
    expected = replay(START, answers, Policy())
    assert schedule == expected[-1].after
    assert kept == {review.id: review for review in expected}


@given(HISTORIES)
def test_a_schedule_counts_every_answer(answers: list[Answer]) -> None:
    after = replay(START, answers, Policy())[-1].after
    assert after.total_reviews == len(answers) == after.successes + after.lapses
    assert after.scheduled_on > (after.last_reviewed or DAWN).date()
