"""Purge of the notes and media of a deleted course, a bounded number at a time."""

from functions.assessments.flashcards.decks.export_work import build_export_prefix
from functions.assessments.flashcards.decks.models import MEDIA, NOTES, media_prefix
from functions.assessments.flashcards.decks.tasks import PurgeNotes
from shared.published.courses import COURSE_SUMMARIES
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, settle_storage

_MAX_DOCUMENTS = 200


async def purge_notes(services: Services, task: PurgeNotes) -> None:
    """Delete some, and enqueue the task again for the rest; delete the files with the last."""

    async def work(tx: Transaction) -> bool:
        if await tx.get(COURSE_SUMMARIES.doc(task.course, user=task.user)) is not None:
            return False
        notes = await tx.find(
            NOTES.query(user=task.user).where("course", "==", task.course).limit(_MAX_DOCUMENTS)
        )
        media = await tx.find(
            MEDIA.query(user=task.user).where("course", "==", task.course).limit(_MAX_DOCUMENTS)
        )
        for note in notes:
            tx.delete(NOTES.doc(note.id, user=task.user))
        for each in media:
            tx.delete(MEDIA.doc(each.id, user=task.user))
        if media:
            freed = sum(each.size for each in media)
            settle_storage(tx, UsageOf(task.user, services.clock.now()), difference=-freed)
        if notes or media:
            tx.enqueue(task)
        return not notes and not media

    if await services.store.transact(work):
        await services.objects.delete_prefix(media_prefix(task.user, task.course))
        await services.objects.delete_prefix(build_export_prefix(task.user, task.course))
