"""Days on which cards are asked before an exam."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.exams.capacity import share_capacity
from functions.assessments.flashcards.exams.rules import (
    MAX_DAYS_AHEAD,
    MAX_EXAMS,
    Period,
    StudiedCard,
    adjust_due_day,
    choose_first_plan_day,
    choose_period,
    replan,
    select_upcoming,
)
from functions.assessments.flashcards.scheduling.fsrs import Memory, Model

TODAY = date(2026, 3, 2)
MODEL = Model()


def on(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


def studied(name: str, *, stability: float = 5, last: int = -5, due: int = 0) -> StudiedCard:
    return StudiedCard(name, Memory(stability, 5), on(last), on(due))


def plan(cards: list[StudiedCard], *, left: int, limit: int = 10, new: int = 0) -> dict[str, date]:
    period = choose_period(TODAY, on(left))
    capacity = dict.fromkeys(period.days, limit)
    return replan(
        cards, period=period, capacity=capacity, new=new, new_per_day=limit, limit=limit, model=MODEL
    )


decks = st.lists(
    st.builds(
        studied,
        st.just(""),
        stability=st.floats(0.1, 300),
        last=st.integers(-60, 0),
        due=st.integers(-20, 80),
    ),
    max_size=40,
).map(lambda cards: [StudiedCard(f"{n:02}", *(c.memory, c.last, c.due)) for n, c in enumerate(cards)])


@given(decks, st.integers(1, 90), st.integers(1, 12), st.integers(0, 15))
def test_no_day_takes_more_than_it_has_room_for(
    cards: list[StudiedCard], left: int, limit: int, new: int
) -> None:
    ahead, moved = choose_period(TODAY, on(left)), plan(cards, left=left, limit=limit, new=new)
    due = Counter(moved.get(card.id, card.due) for card in cards)
    asked = sum(number for day, number in due.items() if day < ahead.ends)
    assert asked <= max(0, limit * len(ahead.days) - new)
    assert all(due[day] <= limit for day in ahead.days[1:])
    assert due[on(left)] == sum(card.due == on(left) and card.id not in moved for card in cards)


@given(decks, st.integers(1, 90), st.integers(1, 12), st.integers(0, 15))
def test_a_plan_made_again_asks_the_same_cards(
    cards: list[StudiedCard], left: int, limit: int, new: int
) -> None:
    moved = plan(cards, left=left, limit=limit, new=new)
    placed = [StudiedCard(c.id, c.memory, c.last, moved.get(c.id, c.due)) for c in cards]
    again = plan(placed, left=left, limit=limit, new=new)
    ends = choose_period(TODAY, on(left)).ends
    asked = {card.id for card in placed if card.due < ends}
    assert {card.id for card in placed if again.get(card.id, card.due) < ends} == asked


@given(decks, st.integers(1, 90), st.integers(1, 12))
def test_what_is_moved_is_moved_to_the_future(cards: list[StudiedCard], left: int, limit: int) -> None:
    moved = plan(cards, left=left, limit=limit)
    assert all(day >= TODAY and day != on(left) for day in moved.values())
    assert all(moved[card.id] != card.due for card in cards if card.id in moved)
    assert all(moved[card.id] > card.last for card in cards if card.id in moved)


@given(decks, st.integers(1, 90), st.integers(1, 12))
def test_nothing_answered_today_is_asked_again_today(cards: list[StudiedCard], left: int, limit: int) -> None:
    answered = [StudiedCard(c.id, c.memory, TODAY, max(c.due, TODAY)) for c in cards]
    moved = plan(answered, left=left, limit=limit)
    assert all(moved.get(card.id, card.due) > TODAY for card in answered)


def test_the_last_review_comes_right_before_the_exam_the_weakest_card_last() -> None:
    cards = [studied(f"{n:02}", stability=2 + n / 10, due=40) for n in range(30)]
    days: dict[str, date] = {}
    for ahead in range(3):
        rest = [card for card in cards if card.id not in days]
        now = choose_period(on(ahead), on(3))
        capacity = dict.fromkeys(now.days, 20)
        days |= replan(rest, period=now, capacity=capacity, new=0, new_per_day=20, limit=20, model=MODEL)
    assert Counter(days.values()) == {on(0): 10, on(1): 10, on(2): 10}
    assert [days[f"{n:02}"] for n in (29, 15, 0)] == [on(0), on(1), on(2)]


def test_new_cards_come_first_and_what_finds_no_room_waits() -> None:
    cards = [studied(f"{n:02}", due=-n) for n in range(20)]
    moved = plan(cards, left=40, limit=2, new=6)
    ahead = choose_period(TODAY, on(40))
    kept = [moved.get(card.id, card.due) for card in cards]
    assert sum(day < ahead.ends for day in kept) == 2 * len(ahead.days) - 6
    assert Counter(kept) == {on(day): 2 for day in (3, 4, *range(5, 13))}


def test_far_from_the_exam_cards_keep_the_days_they_have() -> None:
    cards = [studied(f"{n:02}", stability=30, last=-10, due=n) for n in range(7)]
    assert plan(cards, left=80) == {}


def test_plans_hold_for_shorter_and_shorter() -> None:
    day, lengths = on(0), []
    while day < on(60):
        ahead = choose_period(day, on(60))
        lengths.append(len(ahead.days))
        day = ahead.ends
    assert sum(lengths) == 60
    assert lengths == sorted(lengths, reverse=True)
    assert (lengths[0], lengths[-1], len(lengths)) == (7, 1, 27)


def test_planning_begins_ninety_days_before() -> None:
    assert choose_first_plan_day(TODAY, on(MAX_DAYS_AHEAD + 10)) == on(10)
    assert choose_first_plan_day(TODAY, on(20)) == TODAY


def test_a_card_due_before_the_exam_stays_and_a_later_one_comes_forward() -> None:
    def due(ahead: int, *, stability: float = 5, exam: int = 10, full: int = 0, answered: int = 0) -> date:
        return adjust_due_day(
            Memory(stability, 5), answered_on=on(answered), today=TODAY, due=on(ahead), exam=on(exam),
            has_room=lambda day: day < on(exam - full), model=MODEL,
        )  # fmt: skip

    assert due(4) == on(4)
    assert due(30) == due(10) == on(9)
    assert due(30, full=3) == on(6)
    assert due(30, full=10) == on(30)
    assert due(10, full=10) == on(11), "the exam day is free"
    assert due(60, stability=500) == on(60), "what holds until then is not asked"
    assert due(30, exam=0) == on(30)
    assert due(30, answered=-9) == on(9)
    assert due(30, answered=-9, full=10) == on(30), "no day of the past is taken"
    assert due(3, answered=-9, exam=-2) == on(3), "an exam that is over moves nothing"
    assert due(3, answered=-9, exam=0) == on(3), "nor does today's"


def test_room_is_what_other_courses_leave_and_a_quarter_at_least() -> None:
    others = {on(0): 25, on(1): 0, on(2): 8}
    days = Period(TODAY, on(3), on(30)).days
    assert share_capacity(days, limit=lambda _: 10, others=others.__getitem__) == {
        on(0): 3,
        on(1): 3,
        on(2): 3,
    }
    others[on(0)] = 4
    assert share_capacity(days, limit=lambda _: 10, others=others.__getitem__) == {
        on(0): 6,
        on(1): 10,
        on(2): 3,
    }


def test_exams_that_were_are_forgotten_and_too_many_are_cut() -> None:
    assert select_upcoming({"a": on(0), "b": on(-1), "c": on(1)}, TODAY) == {"c": on(1)}
    many = {str(n): on(n + 1) for n in range(MAX_EXAMS + 5)}
    assert len(select_upcoming(many, TODAY)) == MAX_EXAMS
