"""Importing a deck: at once, or as a job that another attempt takes up where one broke off."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import study_state
from functions.assessments.flashcards.decks import anki_deck, collection, json_deck, package, tables
from functions.assessments.flashcards.decks.formats import Format, format_of
from functions.assessments.flashcards.decks.importing import CHECKPOINT, Importing
from functions.assessments.flashcards.decks.incoming import Place
from functions.assessments.flashcards.decks.media import keep_media
from functions.assessments.flashcards.decks.schemas import DeckImported
from functions.assessments.flashcards.decks.tally import Tally
from functions.assessments.flashcards.decks.tasks import ImportDeck
from shared.identity import Principal
from shared.jobs import JOBS, Job, finished, started
from shared.objects.names import UPLOADS
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, count_upload

JOB_KIND = "deck.import"
_IN_MEMORY = 1024 * 1024
_CHUNK = 262_144


@dataclass(frozen=True)
class Upload:
    """A file as it came, and the course that its cards are for."""

    course_id: str
    file: BinaryIO
    name: str | None


async def import_now(services: Services, *, caller: Principal, upload: Upload) -> DeckImported:
    """Raises NotADeck, Unreadable, DeckTooLarge, CourseNotFound, RateLimited. What was kept before something
    broke stays, and is known when the file comes again."""
    kind = format_of(upload.file, upload.name)
    await _begin(services, caller, upload.course_id, job=None)
    importing = Importing(services, _place(services, caller.user_id, upload.course_id, caller.zone))
    await _import(importing, upload.file, kind)
    return importing.tally.answer()


async def queue_import(services: Services, *, caller: Principal, upload: Upload) -> Job:
    """Put the file aside for a job. Raises NotADeck, CourseNotFound, RateLimited, ServiceUnavailable."""
    job_id, kind = services.ids.new(), format_of(upload.file, upload.name)
    request = {"course": upload.course_id, "format": kind, "timezone": caller.timezone}
    job = started(job_id, kind=JOB_KIND, request=request, now=services.clock.now())
    key = _parked(caller.user_id, job_id)
    await services.objects.put(key, _chunks(upload.file), content_type="application/octet-stream")
    try:
        await _begin(services, caller, upload.course_id, job=job)
    except BaseException:
        await services.objects.delete(key)
        raise
    return job


async def work_off_import(services: Services, *, user_id: str, job: Job) -> None:
    """Import the file that was put aside; the job ends with the last of it. The file goes then."""
    request = job.request
    zone = ZoneInfo(str(request["timezone"]))
    importing = Importing(
        services,
        _place(services, user_id, str(request["course"]), zone),
        tally=Tally.of(request.get(CHECKPOINT, {})),
        job=job.id,
    )
    key = _parked(user_id, job.id)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        async for chunk in services.objects.stream(key):
            spool.write(chunk)
        await _import(importing, cast("BinaryIO", spool), request["format"])
    await _finish(services, user_id, job.id, importing.tally)
    await services.objects.delete(key)


async def forget_import(services: Services, *, user_id: str, job_id: str) -> None:
    """The file of a job that is over."""
    await services.objects.delete(_parked(user_id, job_id))


async def _import(importing: Importing, file: BinaryIO, kind: Format) -> None:
    place = importing.place
    if kind == "json":
        await importing.keep(json_deck.read(file, place))
    elif kind != "apkg":
        await importing.keep(tables.read(file, place, tabs=kind == "tsv"))
    else:
        with package.opened(file) as opened, package.temporary_folder() as folder:
            path = await asyncio.to_thread(opened.unpack_collection, Path(folder))
            with collection.opened(path) as deck:
                importing.rows = deck.count()
                await importing.keep(anki_deck.read(deck, place))
            path.unlink()
            await keep_media(importing.services, opened, place, importing.tally)


async def _begin(services: Services, caller: Principal, course_id: str, *, job: Job | None) -> None:
    usage = UsageOf(caller.user_id, services.clock.now())

    async def work(tx: Transaction) -> None:
        state = await study_state(tx, caller.user_id)
        await require_courses(tx, user_id=caller.user_id, courses={course_id}, state=state)
        await count_upload(tx, usage, services.settings)
        if job is not None:
            tx.create(JOBS.doc(job.id, user=caller.user_id), job)
            tx.enqueue(ImportDeck(user=caller.user_id, job=job.id), key=job.id)

    await services.store.transact(work)


async def _finish(services: Services, user_id: str, job_id: str, tally: Tally) -> None:
    async def work(tx: Transaction) -> None:
        ref = JOBS.doc(job_id, user=user_id)
        job = await tx.get(ref)
        if job is not None and not job.is_over:
            tx.put(ref, finished(job, tally.answer().model_dump(), now=services.clock.now()))

    await services.store.transact(work)


def _place(services: Services, user_id: str, course_id: str, zone: ZoneInfo) -> Place:
    return Place(user_id, course_id, zone, services.clock.now())


def _parked(user_id: str, job_id: str) -> str:
    return f"{UPLOADS}users/{user_id}/decks/{job_id}"


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        yield chunk
