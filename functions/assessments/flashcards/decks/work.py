"""Import of a deck as long work: another attempt at a job goes on where one broke off.

A job that takes longer than a delivery may goes on in another one.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.decks import (
    anki_collection,
    anki_package,
    anki_reader,
    json_deck,
    tables,
)
from functions.assessments.flashcards.decks.errors import AlreadyQueued, Unreadable
from functions.assessments.flashcards.decks.files import read_chunks
from functions.assessments.flashcards.decks.formats import Format, detect_format
from functions.assessments.flashcards.decks.importing import CHECKPOINT, DeckImporter, Paused
from functions.assessments.flashcards.decks.items import CardItem, Item, Target
from functions.assessments.flashcards.decks.media_names import normalize_name
from functions.assessments.flashcards.decks.media_saving import save_media
from functions.assessments.flashcards.decks.models import DECK_UPLOADS, build_upload_key
from functions.assessments.flashcards.decks.occlusion import Mask
from functions.assessments.flashcards.decks.progress import ImportProgress
from functions.assessments.flashcards.decks.schemas import DeckImported
from functions.assessments.flashcards.decks.tasks import ImportDeck
from shared.jobs import JOBS, Job
from shared.jobs.work import LongWork, Run
from shared.objects.protocol import ObjectNotFound
from shared.store import Transaction
from shared.usage import UsageOf, count_upload
from shared.web.upload_sessions import UploadNotFound


@dataclass(frozen=True)
class DeckImport(LongWork[DeckImported]):
    """A file with cards for a course; a job reads the copy that was parked for it, or the `upload`."""

    course_id: str
    format: Format
    timezone: str
    file: BinaryIO | None = None
    upload: str = ""

    kind: ClassVar[str] = "deck.import"

    @classmethod
    def of(cls, course_id: str, file: BinaryIO, filename: str | None, *, timezone: str) -> Self:
        """Return the work for a file, whose format its content decides. Raises NotADeck."""
        return cls(course_id, detect_format(file, filename), timezone, file)

    @classmethod
    def restore(cls, job: Job) -> Self:
        asked = job.request
        return cls(
            str(asked["course"]), asked["format"], str(asked["timezone"]), upload=str(asked.get("upload", ""))
        )

    def request(self) -> dict[str, Any]:
        asked = {"course": self.course_id, "format": self.format, "timezone": self.timezone}
        return {**asked, "upload": self.upload} if self.upload else asked

    def task(self, user_id: str, job_id: str) -> ImportDeck:
        return ImportDeck(user=user_id, job=job_id, upload=self.upload)

    async def park(self, run: Run) -> None:
        """Store the file for the job. Raises ServiceUnavailable."""
        if self.file is not None:
            key = build_upload_key(run.user_id, run.id)
            content = read_chunks(self.file)
            await run.services.objects.put(key, content, content_type="application/octet-stream")

    async def discard(self, run: Run) -> None:
        if self.file is not None:
            await run.services.objects.delete(build_upload_key(run.user_id, run.id))

    async def reserve(self, tx: Transaction, run: Run) -> None:
        """Check the course and count the upload, unless it was counted when it was opened.

        Raises CourseNotFound, RateLimited, UploadNotFound, AlreadyQueued.
        """
        state = await get_study_state(tx, run.user_id)
        await require_courses(tx, user_id=run.user_id, courses={self.course_id}, state=state)
        if not self.upload:
            await count_upload(tx, UsageOf(run.user_id, run.services.clock.now()), run.services.settings)
            return
        ref = DECK_UPLOADS.doc(self.upload, user=run.user_id)
        upload = await tx.get(ref)
        if upload is None:
            raise UploadNotFound
        if upload.job is not None:
            raise AlreadyQueued(upload.job)
        tx.put(ref, upload.model_copy(update={"job": run.id}))

    async def steps(self, run: Run) -> AsyncIterator[BaseModel]:
        """Import the file.

        Raises Unreadable, DeckTooLarge, CourseNotFound. Cards that were saved before an error stay, and are
        recognised when the file is imported again.
        """
        checkpoint = run.job.request.get(CHECKPOINT, {}) if run.job else {}
        importer = DeckImporter(
            run.services,
            Target(run.user_id, self.course_id, ZoneInfo(self.timezone), run.services.clock.now()),
            progress=ImportProgress.of(checkpoint),
            job=run.job.id if run.job else None,
            pause_after=run.services.settings.job_slice_seconds if run.job else None,
        )
        try:
            async with self._opened(run) as file:
                await _import(importer, file, self.format)
        except Paused:
            await self._continue_later(run)
            return
        result = importer.progress.to_result()
        if run.job is not None:
            await run.services.store.transact(lambda tx: run.finish(tx, result))
        yield result

    @asynccontextmanager
    async def _opened(self, run: Run) -> AsyncIterator[BinaryIO]:
        if self.file is not None:
            yield self.file
            return
        assert run.job is not None  # noqa: S101 - only a job's file is parked
        try:
            file = await run.services.objects.open(build_upload_key(run.user_id, self.upload or run.job.id))
        except ObjectNotFound:
            raise Unreadable("The file is no longer stored; upload it again") from None
        try:
            yield file
        finally:
            await asyncio.to_thread(file.close)

    async def _continue_later(self, run: Run) -> None:
        """Enqueue the rest of the import, which has its attempts before it."""
        assert run.job is not None  # noqa: S101 - only a job is paused
        ref = JOBS.doc(run.job.id, user=run.user_id)

        async def work(tx: Transaction) -> None:
            job = await tx.get(ref)
            if job is not None and not job.is_over:
                tx.put(ref, job.model_copy(update={"attempts": 0}))
                tx.enqueue(self.task(run.user_id, job.id))

        await run.services.store.transact(work)


async def _import(importer: DeckImporter, file: BinaryIO, kind: Format) -> None:
    target = importer.target
    if kind == "json":
        await importer.save_items(json_deck.read(file, target))
    elif kind != "apkg":
        await importer.save_items(tables.read(file, target, tabs=kind == "tsv"))
    else:
        await _import_package(importer, file)


async def _import_package(importer: DeckImporter, file: BinaryIO) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(anki_package.create_temporary_folder()))
        opened = await asyncio.to_thread(stack.enter_context, anki_package.open_package(file))
        path = await asyncio.to_thread(opened.unpack_collection, folder)
        with ExitStack() as reading:
            deck = await asyncio.to_thread(reading.enter_context, anki_collection.open_collection(path))
            importer.rows = await asyncio.to_thread(deck.count_notes)
            names = {normalize_name(each.name) for each in await asyncio.to_thread(opened.list_media)}
            masks: dict[str, Mask] = {}
            items = anki_reader.read(deck, importer.target, files=names)
            await importer.save_items(_collect_masks(items, masks))
        path.unlink()
        await save_media(importer, opened, masks=masks.values())


def _collect_masks(items: Iterator[Item], masks: dict[str, Mask]) -> Iterator[Item]:
    """Yield the items, and add the pictures that are to be made for their cards to `masks`, by name."""
    for item in items:
        if isinstance(item, CardItem) and item.mask is not None:
            masks[item.mask.name] = item.mask
        yield item
