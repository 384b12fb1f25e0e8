"""A course was deleted: its cards and their reviews follow."""

from functions.assessments.cards.tasks import PurgeFlashcards, PurgeReviews
from functions.assessments.reviews.purge import purge_flashcards, purge_reviews
from shared.consumers import Delivery, Handlers
from shared.published.courses import CourseDeleted
from shared.services import Services
from shared.store import Transaction

handlers = Handlers()


@handlers.on(CourseDeleted, name="assessments.purge_course")
async def on_course_deleted(services: Services, event: CourseDeleted, delivery: Delivery) -> None:
    async def work(tx: Transaction) -> None:
        if await delivery.first(tx):
            tx.enqueue(PurgeFlashcards(user=event.user, course=event.course))

    await services.store.transact(work)


@handlers.does(PurgeFlashcards)
async def do_purge_flashcards(services: Services, task: PurgeFlashcards) -> None:
    await purge_flashcards(services.store, task)


@handlers.does(PurgeReviews)
async def do_purge_reviews(services: Services, task: PurgeReviews) -> None:
    await purge_reviews(services.store, task)
