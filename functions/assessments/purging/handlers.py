"""Purging what a deleted course leaves behind."""

from functions.assessments.flashcards.cards.tasks import PurgeFlashcards
from functions.assessments.purging.service import purge_course
from shared.consumers import Delivery, Handlers
from shared.published.courses import CourseDeleted
from shared.services import Services
from shared.store import Transaction

handlers = Handlers()


@handlers.on(CourseDeleted, name="assessments.purge_course")
async def on_course_deleted(services: Services, event: CourseDeleted, delivery: Delivery) -> None:
    async def work(tx: Transaction) -> None:
        if await delivery.claim(tx):
            tx.enqueue(PurgeFlashcards(user=event.user, course=event.course))

    await services.store.transact(work)


@handlers.does(PurgeFlashcards)
async def do_purge_course(services: Services, task: PurgeFlashcards) -> None:
    await purge_course(services.store, task)
