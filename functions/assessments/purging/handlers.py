"""Purging what a deleted course leaves behind."""

from functions.assessments.purging.service import purge_course
from functions.assessments.purging.tasks import PurgeCourse
from shared.consumers import Delivery, Handlers
from shared.published.courses import CourseDeleted
from shared.services import Services
from shared.store import Transaction

handlers = Handlers()


@handlers.on(CourseDeleted, name="assessments.purge_course")
async def on_course_deleted(services: Services, event: CourseDeleted, delivery: Delivery) -> None:
    """Enqueue the purge of a deleted course's cards, quizzes and assessments."""

    async def work(tx: Transaction) -> None:
        if await delivery.claim(tx):
            tx.enqueue(PurgeCourse(user=event.user, course=event.course))

    await services.store.transact(work)


@handlers.does(PurgeCourse)
async def do_purge_course(services: Services, task: PurgeCourse) -> None:
    """Purge a batch of what a deleted course left, and enqueue the task again for the rest."""
    await purge_course(services.store, task)
