"""Sync of the exams that reviews and plans go by with the exam dates of courses."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.rules import to_day_start, to_local_day
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.exams.models import EXAM_PLANS, ExamPlan
from functions.assessments.flashcards.exams.rules import choose_first_plan_day, select_upcoming
from functions.assessments.flashcards.exams.tasks import PlanExam
from shared.published.accounts import CURRENT, PREFERENCES
from shared.published.courses import COURSE_SUMMARIES
from shared.published.flashcards import STATE, STUDY_STATES, StudyState
from shared.services import Services
from shared.store import Store, Transaction


async def sync_exam(services: Services, *, user_id: str, course_id: str) -> None:
    """Bring the study state and the plan in line with the course's exam; what fits already stays."""
    now, chain = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> None:
        zone = await read_zone(tx, user_id)
        course = await tx.get(COURSE_SUMMARIES.doc(course_id, user=user_id))
        exam = course.exam_date if course else None
        state = await get_study_state(tx, user_id)
        synced = _set_exam(state, course_id, exam, to_local_day(now, zone))
        if synced != state:
            tx.put(STUDY_STATES.doc(STATE, user=user_id), synced)
        await _sync_plan(tx, user_id, course_id, synced.exams.get(course_id), chain, now, zone)

    await services.store.transact(work)


async def read_zone(reads: Store | Transaction, user_id: str) -> ZoneInfo:
    """Return the user's time zone. Costs 1 read."""
    preferences = await reads.get(PREFERENCES.doc(CURRENT, user=user_id))
    return ZoneInfo(preferences.timezone if preferences else "UTC")


def schedule_plan(
    tx: Transaction, *, user_id: str, course_id: str, plan: ExamPlan, now: datetime, zone: ZoneInfo
) -> None:
    """Store the plan and enqueue its task for when the user's day begins. Costs 1 write."""
    tx.put(EXAM_PLANS.doc(course_id, user=user_id), plan)
    task = PlanExam(user=user_id, course=course_id, chain=plan.chain, day=plan.plans_on)
    begins = to_day_start(plan.plans_on, zone)
    tx.enqueue(task, at=begins if begins > now else None)


def _set_exam(state: StudyState, course_id: str, exam: date | None, today: date) -> StudyState:
    others = {course: day for course, day in state.exams.items() if course != course_id}
    exams = select_upcoming(others | ({course_id: exam} if exam else {}), today)
    return state.model_copy(update={"exams": exams})


async def _sync_plan(
    tx: Transaction,
    user_id: str,
    course_id: str,
    exam: date | None,
    chain: str,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    ref = EXAM_PLANS.doc(course_id, user=user_id)
    existing = await tx.get(ref)
    if exam is None:
        if existing is not None:
            tx.delete(ref)
    elif existing is None or existing.exam != exam:
        day = choose_first_plan_day(to_local_day(now, zone), exam)
        plan = ExamPlan(id=course_id, exam=exam, chain=chain, plans_on=day)
        schedule_plan(tx, user_id=user_id, course_id=course_id, plan=plan, now=now, zone=zone)
