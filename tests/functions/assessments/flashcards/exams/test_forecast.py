"""The forecast of an exam, and its cost."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.exams.forecast import MAX_SAMPLE_CARDS
from functions.assessments.flashcards.exams.models import ExamPlan
from functions.assessments.flashcards.exams.rules import StudiedCard, list_days
from functions.assessments.flashcards.exams.simulation import Scenario, simulate_exam
from functions.assessments.flashcards.exams.snapshot import DeckSnapshot
from functions.assessments.flashcards.exams.sync import read_zone, schedule_plan
from functions.assessments.flashcards.scheduling.fsrs import Memory, Model
from shared.published.flashcards import ALL, CARD_STATS
from shared.store import Transaction
from tests.functions.assessments.flashcards.exams.decks import TODAY, mean_recall, plant
from tests.functions.assessments.flashcards.exams.simulation import START, Course, Student
from tests.functions.assessments.learners import CARDS, Learner, new_learner

EXAM = TODAY + timedelta(days=30)


async def forecast(learner: Learner) -> tuple[dict[str, Any], str]:
    answer = await learner.http.get(f"{CARDS}forecast/", params={"course": learner.course})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body, answer.headers["X-Store-Cost"]


async def test_a_course_without_an_exam_to_come_has_none(learner: Learner) -> None:
    await learner.add()
    assert (await learner.get("forecast/", course=learner.course))["exam"] is None
    await plant(learner, 10, exam=TODAY)
    body, cost = await forecast(learner)
    assert body["exam"] is None
    assert cost == "reads=5 writes=0 deletes=0 within=yes"


async def test_a_small_course_is_looked_at_as_a_whole(learner: Learner) -> None:
    schedules = await plant(learner, 60, exam=EXAM)
    exam = (await forecast(learner))[0]["exam"]
    assert (exam["date"], exam["days_left"]) == ("2026-04-01", 30)
    assert (exam["cards"], exam["sampled"], exam["standard_error"]) == (60, 60, 0)
    assert exam["expected_recall_now"] == pytest.approx(mean_recall(schedules, TODAY), abs=1e-4)
    untouched = exam["expected_recall_if_nothing_reviewed"]
    assert untouched == pytest.approx(mean_recall(schedules, EXAM), abs=1e-4)
    assert untouched < exam["expected_recall_now"] < 0.9 < exam["expected_recall_on_exam_day"]
    assert (await forecast(learner))[0]["exam"] == exam, "asked again on the same day it says the same"


async def test_of_a_big_course_a_sample_says_as_much(learner: Learner) -> None:
    schedules = await plant(learner, 3000, exam=EXAM)
    exam = (await forecast(learner))[0]["exam"]
    assert (exam["cards"], exam["sampled"]) == (3000, MAX_SAMPLE_CARDS)
    error = exam["standard_error"]
    assert 0.005 < error < 0.05
    assert abs(exam["expected_recall_now"] - mean_recall(schedules, TODAY)) < 3 * error
    assert abs(exam["expected_recall_if_nothing_reviewed"] - mean_recall(schedules, EXAM)) < 3 * error
    assert exam["expected_recall_on_exam_day"] < 0.9, "thirty a day are too few for three thousand"


@pytest.mark.slow
async def test_it_costs_the_same_for_a_thousand_cards_and_for_thirty_thousand(learner: Learner) -> None:
    costs = []
    for number in (10, 1000, 30_000):
        other = await new_learner(learner.stack)
        await plant(other, number, exam=EXAM)
        costs.append((await forecast(other))[1])
    few, *many = costs
    assert few == "reads=15 writes=0 deletes=0 within=yes"
    assert many == ["reads=205 writes=0 deletes=0 within=yes"] * 2


async def test_an_empty_course_is_known_not_at_all(learner: Learner) -> None:
    await plant(learner, 0, exam=EXAM)
    exam = (await forecast(learner))[0]["exam"]
    assert (exam["cards"], exam["expected_recall_on_exam_day"]) == (0, 0)


async def test_a_plan_goes_over_the_whole_course_page_by_page(learner: Learner) -> None:
    await plant(learner, 1100, exam=EXAM, limit=40)
    services, course = learner.stack.services, learner.course
    plan = ExamPlan(id=course, exam=EXAM, chain="c", plans_on=TODAY)
    zone = await read_zone(services.store, learner.id)

    async def begin(tx: Transaction) -> None:
        now = services.clock.now()
        schedule_plan(tx, user_id=learner.id, course_id=course, plan=plan, now=now, zone=zone)

    await services.store.transact(begin)
    await learner.stack.drain()
    cards = await services.store.find(FLASHCARDS.query(user=learner.id))
    due = Counter(card.due_on for card in cards)
    ends = TODAY + timedelta(days=3)
    new = 184  # due at once, 20 a day at most come first
    assert sum(number for day, number in due.items() if day < ends) == new + 3 * (40 - 20)
    assert all(number <= 120 for day, number in due.items() if day >= ends), "what waits is spread, too"
    for name in (ALL, course):
        stats = await services.store.get(CARD_STATS.doc(name, user=learner.id))
        assert stats is not None
        assert {day: n for day, n in stats.due.items() if n} == {day.isoformat(): n for day, n in due.items()}


@pytest.mark.slow
def test_the_outlook_is_what_becomes_of_students_whose_memory_is_the_models() -> None:
    course = Course(cards=150, days=40, limit=20, lectures=1)
    student = Student(course, scheduler="fsrs", planned=True, seed=3)
    student.truth = Model()
    for ahead in range(12):
        student._day(START + timedelta(days=ahead))
    today = START + timedelta(days=12)
    seen = tuple(StudiedCard(c.id, c.memory, c.last, c.due) for c in student.cards if c.memory)
    capacity = dict.fromkeys(list_days(today, course.exam), 20)
    scenario = Scenario(today, course.exam, capacity, 20, 20, 0.9, Model())
    outlooks = [
        simulate_exam(
            DeckSnapshot(seen, ()), cards=len(seen), scenario=scenario, chance=random.Random(seed)
        ).on_exam_day
        for seed in range(4)
    ]
    for ahead in range(12, 40):
        student._day(START + timedelta(days=ahead))
    model = Model()
    recalls = [model.predict_recall(c.memory, (course.exam - c.last).days) for c in student.cards if c.memory]
    assert sum(outlooks) / 4 == pytest.approx(sum(recalls) / len(recalls), abs=0.02)


def test_a_sample_gets_its_share_of_the_room() -> None:
    def outlook(copies: int) -> float:
        sample = DeckSnapshot(tuple(StudiedCard(f"{n}", Memory(4, 5), on(-6), on(0)) for n in range(60)), ())
        capacity = dict.fromkeys(list_days(on(0), on(20)), 3 * copies)
        scenario = Scenario(on(0), on(20), capacity, 3 * copies, 3 * copies, 0.9, Model())
        chance = random.Random(1)
        return simulate_exam(sample, cards=60 * copies, scenario=scenario, chance=chance).on_exam_day

    assert outlook(1) == pytest.approx(outlook(10), abs=0.02)


def on(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)
