"""Handlers that keep plans in line with exam dates, and carry them out."""

from functions.assessments.flashcards.exams.planning import plan_exam
from functions.assessments.flashcards.exams.sync import sync_exam
from functions.assessments.flashcards.exams.tasks import PlanExam
from shared.consumers import Delivery, Handlers
from shared.published.courses import CourseDeleted, CourseExamChanged
from shared.services import Services

handlers = Handlers()


@handlers.on(CourseExamChanged, name="assessments.follow_exam")
async def on_exam_changed(services: Services, event: CourseExamChanged, _: Delivery) -> None:
    """Needs no marker: what fits the course's exam is left as it is."""
    await sync_exam(services, user_id=event.user, course_id=event.course)


@handlers.on(CourseDeleted, name="assessments.forget_exam")
async def on_course_deleted(services: Services, event: CourseDeleted, _: Delivery) -> None:
    """Needs no marker: a course that is gone has no exam."""
    await sync_exam(services, user_id=event.user, course_id=event.course)


@handlers.does(PlanExam)
async def do_plan_exam(services: Services, task: PlanExam) -> None:
    """Plan the course's cards towards its exam, as it stands now."""
    await plan_exam(services, task)
