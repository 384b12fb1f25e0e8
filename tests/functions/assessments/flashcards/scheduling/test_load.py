"""The load of days: what a request moves, it moves once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.models import Flashcard, Schedule, Status
from functions.assessments.flashcards.cards.rules import derive_fields
from functions.assessments.flashcards.scheduling.load import Load
from tests.stack import START

TODAY = START.date()
TOMORROW = TODAY + timedelta(days=1)
DAYS = [TODAY, TOMORROW]
STATUSES: list[Status] = ["active", "suspended", "archived"]

Place = tuple[date, Status]


def build_card(due: date, status: Status = "active") -> Flashcard:
    card = Flashcard(
        id="card",
        course="course",
        question="What?",
        answer="That",
        status=status,
        schedule=Schedule(scheduled_on=due),
        due_on=due,
        created_at=START,
        updated_at=START,
    )
    return derive_fields(card)


def count(load: Load) -> list[int]:
    """Count as a card sees the days that is due on neither of them."""
    others = load.count_others(build_card(TODAY - timedelta(days=1)))
    return [others(day) for day in DAYS]


@pytest.mark.parametrize(("status", "others"), [("active", 4), ("suspended", 5), ("archived", 5)])
def test_a_card_is_not_among_the_others_of_its_day(status: Status, others: int) -> None:
    counts = Load({TODAY.isoformat(): 5, TOMORROW.isoformat(): 7}).count_others(build_card(TODAY, status))
    assert [counts(day) for day in DAYS] == [others, 7]


def test_a_card_that_moves_takes_its_place_along() -> None:
    load = Load({TODAY.isoformat(): 5, TOMORROW.isoformat(): 7})
    load.move(build_card(TODAY), build_card(TOMORROW))
    assert count(load) == [4, 8]
    load.move(build_card(TOMORROW), build_card(TOMORROW, "suspended"))
    assert count(load) == [4, 7]


@given(st.lists(st.tuples(*[st.tuples(st.sampled_from(DAYS), st.sampled_from(STATUSES))] * 2)))
def test_moves_that_are_undone_leave_no_trace(moves: list[tuple[Place, Place]]) -> None:
    load = Load({TODAY.isoformat(): 50, TOMORROW.isoformat(): 70})
    cards = [(build_card(*before), build_card(*after)) for before, after in moves]
    for pair in cards:
        load.move(*pair)
    for pair in reversed(cards):
        load.undo_move(*pair)
    assert count(load) == [50, 70]
