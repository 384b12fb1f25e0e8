"""Keeping the exams that reviews and plans go by in step with the courses."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.rules import local_day, start_of
from functions.assessments.flashcards.cards.store import study_state
from functions.assessments.flashcards.exams.models import EXAM_PLANS, ExamPlan
from functions.assessments.flashcards.exams.rules import first_plan_on, upcoming
from functions.assessments.flashcards.exams.tasks import PlanExam
from shared.published.accounts import CURRENT, PREFERENCES
from shared.published.courses import COURSE_SUMMARIES
from shared.published.flashcards import STATE, STUDY_STATES, StudyState
from shared.services import Services
from shared.store import Store, Transaction


async def follow_course(services: Services, *, user_id: str, course_id: str) -> None:
    """Have the study state and the plan fit the course's exam: begun, moved, ended, or left as they are."""
    now, chain = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> None:
        zone = await zone_of(tx, user_id)
        today = local_day(now, zone)
        course = await tx.get(COURSE_SUMMARIES.doc(course_id, user=user_id))
        exam = course.exam_date if course else None
        state = await study_state(tx, user_id)
        followed = _with_exam(state, course_id, exam, today)
        if followed != state:
            tx.put(STUDY_STATES.doc(STATE, user=user_id), followed)
        await _follow(tx, user_id, course_id, followed.exams.get(course_id), chain, now, zone)

    await services.store.transact(work)


async def zone_of(reads: Store | Transaction, user_id: str) -> ZoneInfo:
    """Costs 1 read."""
    preferences = await reads.get(PREFERENCES.doc(CURRENT, user=user_id))
    return ZoneInfo(preferences.timezone if preferences else "UTC")


def schedule_plan(
    tx: Transaction, *, user_id: str, course_id: str, plan: ExamPlan, now: datetime, zone: ZoneInfo
) -> None:
    """Keep the plan and enqueue its task, for when the user's day begins. Costs 1 write."""
    tx.put(EXAM_PLANS.doc(course_id, user=user_id), plan)
    task = PlanExam(user=user_id, course=course_id, chain=plan.chain, day=plan.plans_on)
    begins = start_of(plan.plans_on, zone)
    tx.enqueue(task, at=begins if begins > now else None)


def _with_exam(state: StudyState, course_id: str, exam: date | None, today: date) -> StudyState:
    others = {course: day for course, day in state.exams.items() if course != course_id}
    exams = upcoming(others | ({course_id: exam} if exam else {}), today)
    return state.model_copy(update={"exams": exams})


async def _follow(
    tx: Transaction,
    user_id: str,
    course_id: str,
    exam: date | None,
    chain: str,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    ref = EXAM_PLANS.doc(course_id, user=user_id)
    there = await tx.get(ref)
    if exam is None:
        if there is not None:
            tx.delete(ref)
    elif there is None or there.exam != exam:
        day = first_plan_on(local_day(now, zone), exam)
        plan = ExamPlan(id=course_id, exam=exam, chain=chain, plans_on=day)
        schedule_plan(tx, user_id=user_id, course_id=course_id, plan=plan, now=now, zone=zone)
