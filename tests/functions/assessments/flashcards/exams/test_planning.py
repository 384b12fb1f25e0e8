"""Exam dates of courses and what becomes of their cards, through the front door."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from functions.assessments.flashcards.cards.store import FLASHCARDS, get_study_state
from functions.assessments.flashcards.exams.models import EXAM_PLANS, ExamPlan
from functions.assessments.flashcards.exams.planning import plan_exam
from functions.assessments.flashcards.exams.tasks import PlanExam
from shared.published.courses import CourseDeleted, CourseExamChanged
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES
from tests.functions.assessments.learners import Learner

TODAY = date(2026, 3, 2)
EXAM = date(2026, 3, 20)


async def new_course(learner: Learner, exam: date | None = EXAM) -> str:
    body = {"name": "Anatomy", "exam_date": exam and exam.isoformat()}
    answer = await learner.http.post("/api/v1/courses/", json=body)
    assert answer.status_code == 201, answer.text
    await learner.stack.drain()
    course: str = answer.json()["id"]
    return course


async def move_exam(learner: Learner, course: str, exam: date | None) -> None:
    body = {"exam_date": exam and exam.isoformat()}
    answer = await learner.http.patch(f"/api/v1/courses/{course}/", json=body)
    assert answer.status_code == 200, answer.text
    await learner.stack.drain()


async def limited(learner: Learner, reviews: int) -> None:
    store = learner.stack.services.store
    await store.merge(STUDY_STATES.doc(STATE, user=learner.id), {"daily_review_limit": reviews})


async def exams(learner: Learner) -> dict[str, date]:
    return (await get_study_state(learner.stack.services.store, learner.id)).exams


async def plan_of(learner: Learner, course: str) -> ExamPlan | None:
    return await learner.stack.services.store.get(EXAM_PLANS.doc(course, user=learner.id))


async def due_days(learner: Learner) -> dict[str, date]:
    cards = await learner.stack.services.store.find(FLASHCARDS.query(user=learner.id))
    await _counts_hold(learner, cards)
    return {card.id: card.due_on for card in cards}


async def _counts_hold(learner: Learner, cards: list[Any]) -> None:
    stats = await learner.stack.services.store.get(CARD_STATS.doc(ALL, user=learner.id))
    counted = {day: number for day, number in stats.due.items() if number} if stats else {}
    assert counted == Counter(card.due_on.isoformat() for card in cards)


async def known_cards(learner: Learner, number: int, **fields: Any) -> list[str]:
    """Cards that were known twice, and are due again on 6 March."""
    cards = [card["id"] for card in await learner.add_many(number, **fields)]
    reviews = [
        {"flashcard": card, "quality_response": 4, "reviewed_at": f"2026-02-{day:02}T12:00:00Z"}
        for card in cards
        for day in (27, 28)
    ]
    await learner.post("reviews/batch/", {"reviews": reviews})
    await learner.stack.drain()
    return cards


async def test_the_study_state_follows_the_courses_exam(learner: Learner) -> None:
    course = await new_course(learner)
    assert await exams(learner) == {course: EXAM}
    first = await plan_of(learner, course)
    assert first is not None
    assert (first.exam, first.plans_on) == (EXAM, TODAY + timedelta(days=2))

    await move_exam(learner, course, date(2026, 9, 1))
    assert await exams(learner) == {course: date(2026, 9, 1)}
    later = await plan_of(learner, course)
    assert later is not None
    assert (later.plans_on, later.chain == first.chain) == (date(2026, 6, 3), False)

    for cleared in (None, date(2026, 3, 1)):
        await move_exam(learner, course, cleared)
        assert (await exams(learner), await plan_of(learner, course)) == ({}, None)
        await move_exam(learner, course, EXAM)
        assert await exams(learner) == {course: EXAM}


async def test_a_course_without_an_exam_tells_nobody(learner: Learner) -> None:
    course = await new_course(learner, exam=None)
    answer = await learner.http.patch(f"/api/v1/courses/{course}/", json={"name": "Histology"})
    assert "writes=1 deletes=0" in answer.headers["X-Store-Cost"]
    assert await exams(learner) == {}


@pytest.mark.slow
async def test_every_card_is_asked_before_the_exam_within_the_limit(learner: Learner) -> None:
    course = await new_course(learner, exam=None)
    cards = await known_cards(learner, 30, course=course)
    await limited(learner, 4)
    await move_exam(learner, course, TODAY + timedelta(days=9))
    done: Counter[date] = Counter()
    for ahead in range(9):
        today = TODAY + timedelta(days=ahead)
        due = [card for card, day in (await due_days(learner)).items() if day <= today]
        assert len(due) <= 4
        done[today] = len(due)
        for card in due:
            await learner.review(card, 5)
        await learner.stack.advance(days=1)
    assert 24 <= done.total() <= 36
    after = await due_days(learner)
    assert set(after) == set(cards)
    assert TODAY + timedelta(days=9) not in after.values(), "the exam day is free"
    assert await plan_of(learner, course) is None


async def test_a_review_between_plans_is_placed_before_the_exam_by_either_scheduler(learner: Learner) -> None:
    course = await new_course(learner, exam=date(2026, 3, 12))
    store = learner.stack.services.store
    for scheduler in ("sm2", "fsrs"):
        await store.merge(STUDY_STATES.doc(STATE, user=learner.id), {"scheduler": scheduler})
        (card,) = await known_cards(learner, 1, course=course)
        (free,) = await known_cards(learner, 1)
        done = await learner.review(card, 5)
        plain = await learner.review(free, 5)
        assert done["next_review_date"][:10] == "2026-03-11"
        assert plain["next_review_date"][:10] > "2026-03-12"
        assert done["interval_days"] == plain["interval_days"], "the scheduler's own figure stays"


async def test_another_courses_reviews_take_room(learner: Learner) -> None:
    course = await new_course(learner, exam=None)
    await known_cards(learner, 20, course=course)
    await learner.add_many(6)
    await limited(learner, 8)
    before = await due_days(learner)
    await move_exam(learner, course, TODAY + timedelta(days=3))
    moved = [day for card, day in (await due_days(learner)).items() if day != before[card]]
    assert Counter(moved)[TODAY] == 2


async def test_deliveries_that_come_again_change_nothing(learner: Learner) -> None:
    course = await new_course(learner, exam=None)
    await known_cards(learner, 12, course=course)
    await move_exam(learner, course, TODAY + timedelta(days=6))
    days, plan = await due_days(learner), await plan_of(learner, course)
    assert plan is not None
    services = learner.stack.services
    changed = CourseExamChanged(user=learner.id, course=course)

    async def again(tx: Any) -> None:
        tx.publish(changed)
        tx.publish(changed)
        for day in (TODAY, plan.plans_on, plan.plans_on):
            tx.enqueue(PlanExam(user=learner.id, course=course, chain=plan.chain, day=day))
        tx.enqueue(PlanExam(user=learner.id, course=course, chain="overtaken", day=plan.plans_on))

    await services.store.transact(again)
    await learner.stack.drain()
    assert await due_days(learner) == days
    following = await plan_of(learner, course)
    assert following is not None
    assert (following.chain, following.exam) == (plan.chain, plan.exam)


async def test_cards_that_changed_since_the_plan_saw_them_stay(learner: Learner) -> None:
    course = await new_course(learner, exam=None)
    first, second = await known_cards(learner, 2, course=course)
    await move_exam(learner, course, TODAY + timedelta(days=1))
    assert set((await due_days(learner)).values()) == {TODAY}
    await learner.post(f"{first}/suspend/")
    await learner.review(second, 5)
    await learner.stack.advance(days=2)
    store = learner.stack.services.store
    suspended = await store.get(FLASHCARDS.doc(first, user=learner.id))
    assert suspended is not None
    assert suspended.due_on == TODAY


async def test_a_plan_whose_time_has_passed_unheard_ends(learner: Learner) -> None:
    course = await new_course(learner, exam=None)
    await known_cards(learner, 3, course=course)
    await move_exam(learner, course, TODAY + timedelta(days=12))
    days = await due_days(learner)
    learner.stack.clock.advance(timedelta(days=20))
    await learner.stack.drain()
    assert await plan_of(learner, course) is None
    assert await due_days(learner) == days


async def test_a_deleted_course_has_no_exam_and_no_plan(learner: Learner) -> None:
    course = await new_course(learner)
    await known_cards(learner, 3, course=course)
    plan = await plan_of(learner, course)
    assert plan is not None
    assert (await learner.http.delete(f"/api/v1/courses/{course}/")).status_code == 204
    task = PlanExam(user=learner.id, course=course, chain=plan.chain, day=plan.plans_on)
    await plan_exam(learner.stack.services, task)  # on its way when the course went
    await learner.stack.drain()
    assert (await exams(learner), await plan_of(learner, course)) == ({}, None)
    await plan_exam(learner.stack.services, task)
    store = learner.stack.services.store
    assert await store.get(CARD_STATS.doc(course, user=learner.id)) is None
    assert await store.find(FLASHCARDS.query(user=learner.id)) == []
    await store.transact(_published(CourseDeleted(user=learner.id, course=course)))
    await learner.stack.drain()


def _published(event: CourseDeleted) -> Any:
    async def work(tx: Any) -> None:
        tx.publish(event)

    return work
