"""Import of a deck as long work: another attempt at a job goes on where one broke off."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Self, cast
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
from functions.assessments.flashcards.decks.files import read_chunks
from functions.assessments.flashcards.decks.formats import Format, detect_format
from functions.assessments.flashcards.decks.importing import CHECKPOINT, DeckImporter
from functions.assessments.flashcards.decks.items import CardItem, Item, Target
from functions.assessments.flashcards.decks.media_names import normalize_name
from functions.assessments.flashcards.decks.media_saving import save_media
from functions.assessments.flashcards.decks.occlusion import Mask
from functions.assessments.flashcards.decks.progress import ImportProgress
from functions.assessments.flashcards.decks.schemas import DeckImported
from functions.assessments.flashcards.decks.tasks import ImportDeck
from shared.jobs import Job
from shared.jobs.work import LongWork, Run
from shared.objects.names import UPLOADS
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, count_upload

_MAX_MEMORY_BYTES = 1024 * 1024  # of a parked file; what is larger goes to a temporary file


@dataclass(frozen=True)
class DeckImport(LongWork[DeckImported]):
    """A file with cards for a course; a job reads the copy that was parked for it."""

    course_id: str
    format: Format
    timezone: str
    file: BinaryIO | None = None

    kind: ClassVar[str] = "deck.import"

    @classmethod
    def of(cls, course_id: str, file: BinaryIO, filename: str | None, *, timezone: str) -> Self:
        """Return the work for a file, whose format its content decides. Raises NotADeck."""
        return cls(course_id, detect_format(file, filename), timezone, file)

    @classmethod
    def restore(cls, job: Job) -> Self:
        return cls(str(job.request["course"]), job.request["format"], str(job.request["timezone"]))

    def request(self) -> dict[str, Any]:
        return {"course": self.course_id, "format": self.format, "timezone": self.timezone}

    def task(self, user_id: str, job_id: str) -> ImportDeck:
        return ImportDeck(user=user_id, job=job_id)

    async def park(self, run: Run) -> None:
        """Store the file for the job. Raises ServiceUnavailable."""
        assert self.file is not None  # noqa: S101 - what is queued was uploaded
        key = _parked_key(run.user_id, run.id)
        await run.services.objects.put(key, read_chunks(self.file), content_type="application/octet-stream")

    async def discard(self, run: Run) -> None:
        await discard_parked(run.services, user_id=run.user_id, job_id=run.id)

    async def reserve(self, tx: Transaction, run: Run) -> None:
        """Check the course and count the upload. Raises CourseNotFound, RateLimited."""
        state = await get_study_state(tx, run.user_id)
        await require_courses(tx, user_id=run.user_id, courses={self.course_id}, state=state)
        await count_upload(tx, UsageOf(run.user_id, run.services.clock.now()), run.services.settings)

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
        )
        async with self._opened(run) as file:
            await _import(importer, file, self.format)
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
        with tempfile.SpooledTemporaryFile(max_size=_MAX_MEMORY_BYTES) as spool:
            async for chunk in run.services.objects.stream(_parked_key(run.user_id, run.job.id)):
                spool.write(chunk)
            yield cast("BinaryIO", spool)


async def discard_parked(services: Services, *, user_id: str, job_id: str) -> None:
    """Delete the file that was parked for a job."""
    await services.objects.delete(_parked_key(user_id, job_id))


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


def _parked_key(user_id: str, job_id: str) -> str:
    return f"{UPLOADS}users/{user_id}/decks/{job_id}"
