"""Handlers of imports in the background, and of deleted courses."""

from functions.assessments.flashcards.decks import purge, uploads
from functions.assessments.flashcards.decks.export_work import DeckExport
from functions.assessments.flashcards.decks.models import build_upload_key
from functions.assessments.flashcards.decks.tasks import ExportDeck, ImportDeck, PurgeDeckUpload, PurgeNotes
from functions.assessments.flashcards.decks.work import DeckImport
from shared.consumers import Delivery, Handlers
from shared.jobs import JOBS
from shared.jobs.work import run_queued
from shared.published.courses import CourseDeleted
from shared.services import Services
from shared.store import Transaction

handlers = Handlers()


@handlers.does(ImportDeck)
async def do_import_deck(services: Services, task: ImportDeck) -> None:
    """Run the import, or a part of it, and delete its file once the job is over.

    Raises passing errors, so that it is retried.
    """
    await run_queued(services, user_id=task.user, job_id=task.job, restore=DeckImport.restore)
    job = await services.store.get(JOBS.doc(task.job, user=task.user))
    if job is None or job.is_over:
        await services.objects.delete(build_upload_key(task.user, task.upload or task.job))


@handlers.does(ExportDeck)
async def do_export_deck(services: Services, task: ExportDeck) -> None:
    """Run the export. Raises passing errors, so that it is retried."""
    await run_queued(services, user_id=task.user, job_id=task.job, restore=DeckExport.restore)


@handlers.does(PurgeDeckUpload)
async def do_purge_upload(services: Services, task: PurgeDeckUpload) -> None:
    """Purge an upload that was never completed, with its file."""
    await uploads.purge_upload(services, task)


@handlers.on(CourseDeleted, name="assessments.purge_notes")
async def on_course_deleted(services: Services, event: CourseDeleted, delivery: Delivery) -> None:
    """Enqueue the purge of the course's notes and media."""

    async def work(tx: Transaction) -> None:
        if await delivery.claim(tx):
            tx.enqueue(PurgeNotes(user=event.user, course=event.course))

    await services.store.transact(work)


@handlers.does(PurgeNotes)
async def do_purge_notes(services: Services, task: PurgeNotes) -> None:
    """Purge the notes of a deleted course, a batch at a time."""
    await purge.purge_notes(services, task)
