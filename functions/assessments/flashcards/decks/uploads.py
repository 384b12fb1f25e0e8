"""Uploads of decks: a link to the object store, then a job that imports what was sent there.

The file is neither copied nor downloaded: the job reads it where it needs it, and deletes it at the end.
Until then its link may still change it, which is the user's own loss: every limit holds for what is read.
"""

import asyncio

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.decks.errors import AlreadyQueued, DeckTooLarge, SizeMismatch
from functions.assessments.flashcards.decks.formats import Format, detect_format
from functions.assessments.flashcards.decks.models import DECK_UPLOADS, DeckUpload, build_upload_key
from functions.assessments.flashcards.decks.tasks import PurgeDeckUpload
from functions.assessments.flashcards.decks.work import DeckImport
from shared.identity import Principal
from shared.jobs import JOBS, Job
from shared.jobs.work import queue
from shared.language import say, say_size
from shared.objects.protocol import SignedUpload
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, count_upload
from shared.web.upload_sessions import GRACE, UPLOAD_LIFETIME, FileNotArrived, UploadNotFound

_CONTENT_TYPE = "application/octet-stream"


async def open_session(
    services: Services, *, user_id: str, course_id: str, file_name: str, size: int
) -> tuple[DeckUpload, SignedUpload]:
    """Open an upload and return it with its link. Raises CourseNotFound, DeckTooLarge, RateLimited."""
    limit = services.settings.deck_limit_bytes
    if size > limit:
        raise DeckTooLarge(say("The file is too large; a deck has at most {size}", size=say_size(limit)))
    now = services.clock.now()
    upload = DeckUpload(
        id=services.ids.new(),
        course=course_id,
        file_name=file_name,
        size=size,
        created_at=now,
        expires_at=now + UPLOAD_LIFETIME,
    )

    async def work(tx: Transaction) -> None:
        state = await get_study_state(tx, user_id)
        await require_courses(tx, user_id=user_id, courses={course_id}, state=state)
        await count_upload(tx, UsageOf(user_id, now), services.settings)
        tx.create(DECK_UPLOADS.doc(upload.id, user=user_id), upload)
        tx.enqueue(PurgeDeckUpload(user=user_id, upload=upload.id), at=upload.expires_at + GRACE)

    await services.store.transact(work)
    link = await services.objects.sign_upload(
        build_upload_key(user_id, upload.id),
        expires_in=UPLOAD_LIFETIME,
        content_type=_CONTENT_TYPE,
        size=size,
    )
    return upload, link


async def complete_session(services: Services, caller: Principal, *, upload_id: str) -> Job:
    """Queue the import of the uploaded file; a repeated call returns the same job.

    Raises UploadNotFound, FileNotArrived, SizeMismatch, NotADeck, DeckTooLarge, CourseNotFound. After each of
    these but the first the client may upload again.
    """
    upload = await services.store.get(DECK_UPLOADS.doc(upload_id, user=caller.user_id))
    if upload is None or upload.expires_at <= services.clock.now():
        raise UploadNotFound
    if upload.job is not None:
        return await _get_job(services, caller.user_id, upload.job)
    kind = await _detect_format(services, caller.user_id, upload)
    work = DeckImport(upload.course, kind, caller.timezone, upload=upload.id)
    try:
        return await queue(services, caller.user_id, work)
    except AlreadyQueued as error:
        return await _get_job(services, caller.user_id, error.job)


async def purge_upload(services: Services, task: PurgeDeckUpload) -> None:
    """Purge an upload after its time, with its file if no job has it. Repeatable."""
    ref = DECK_UPLOADS.doc(task.upload, user=task.user)
    upload = await services.store.get(ref)
    if upload is None or upload.job is None:
        await services.objects.delete(build_upload_key(task.user, task.upload))
    if upload is not None:
        await services.store.delete(ref)


async def _detect_format(services: Services, user_id: str, upload: DeckUpload) -> Format:
    """Check the size and return the format. Raises FileNotArrived, SizeMismatch, NotADeck, DeckTooLarge."""
    key = build_upload_key(user_id, upload.id)
    info = await services.objects.get_info(key)
    if info is None:
        raise FileNotArrived
    if info.size != upload.size:
        raise SizeMismatch
    file = await services.objects.open(key)
    try:
        kind = await asyncio.to_thread(detect_format, file, upload.file_name)
    finally:
        await asyncio.to_thread(file.close)
    limit = services.settings.upload_body_limit_bytes
    if kind != "apkg" and upload.size > limit:
        text = "The file is too large; a table or list of cards has at most {size}: import it in parts"
        raise DeckTooLarge(say(text, size=say_size(limit)))
    return kind


async def _get_job(services: Services, user_id: str, job_id: str) -> Job:
    job = await services.store.get(JOBS.doc(job_id, user=user_id))
    if job is None:
        raise UploadNotFound
    return job
