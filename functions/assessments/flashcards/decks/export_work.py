"""Export of a deck as a job: a file in the object store, behind a link that works for a day."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.decks.exporting import CONTENT_TYPES, Exported, export_deck, name_file
from functions.assessments.flashcards.decks.schemas import DeckExported
from functions.assessments.flashcards.decks.tasks import ExportDeck
from shared.identity import Principal
from shared.jobs import JOBS, Job
from shared.jobs.work import LongWork, Progress, Run, queue
from shared.objects.names import EXPORTS
from shared.services import Services
from shared.store import Transaction

_LINK_LIFETIME = timedelta(hours=24)
_STALE_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class DeckExport(LongWork[DeckExported]):
    """The cards of a course, or all, as a file; a newer file of the same kind takes the place of an older."""

    course: str | None
    format: Exported
    timezone: str

    kind: ClassVar[str] = "deck.export"

    @classmethod
    def restore(cls, job: Job) -> Self:
        return cls(job.request["course"], job.request["format"], str(job.request["timezone"]))

    def request(self) -> dict[str, Any]:
        return {"course": self.course, "format": self.format, "timezone": self.timezone}

    def task(self, user_id: str, job_id: str) -> ExportDeck:
        return ExportDeck(user=user_id, job=job_id)

    async def reserve(self, tx: Transaction, run: Run) -> None:
        """Check the course. Raises CourseNotFound."""
        if self.course is not None:
            state = await get_study_state(tx, run.user_id)
            await require_courses(tx, user_id=run.user_id, courses={self.course}, state=state)

    async def steps(self, run: Run) -> AsyncIterator[BaseModel]:
        """Store the file and finish the job with its link. A repeated attempt starts over."""
        services, key = run.services, build_export_prefix(run.user_id, self.course) + self.format
        yield Progress(stage="export", progress_percentage=20)
        zone = ZoneInfo(self.timezone)
        parts = export_deck(services, self.format, user_id=run.user_id, course=self.course, zone=zone)
        async with aclosing(parts):
            info = await services.objects.put(key, parts, content_type=CONTENT_TYPES[self.format])
        now = services.clock.now()
        url = await services.objects.sign_download(
            key, expires_in=_LINK_LIFETIME, download_name=name_file(self.format, now)
        )
        result = DeckExported(url=url, expires_at=now + _LINK_LIFETIME, size_bytes=info.size)
        try:
            is_wanted = await services.store.transact(lambda tx: self._finish(tx, run, result))
        except CourseNotFound:  # deleted meanwhile, as the account may have been
            await services.objects.delete(key)
            raise
        if not is_wanted:
            await services.objects.delete(key)
        yield result

    async def _finish(self, tx: Transaction, run: Run, result: DeckExported) -> bool:
        assert run.job is not None  # noqa: S101 - an export is queued
        if await tx.get(JOBS.doc(run.job.id, user=run.user_id)) is None:
            return False
        await self.reserve(tx, run)
        await run.finish(tx, result)
        return True


async def start_export(services: Services, caller: Principal, course: str | None, kind: Exported) -> Job:
    """Queue an export, or return the job of the same one in progress. Raises CourseNotFound."""
    work = DeckExport(course, kind, caller.timezone)
    latest = JOBS.query(user=caller.user_id).where("kind", "==", work.kind)
    running = await services.store.first(latest.order_by("created_at", descending=True))
    if (
        running is not None
        and running.request == work.request()
        and _is_in_progress(running, services.clock.now())
    ):
        return running
    return await queue(services, caller.user_id, work)


def build_export_prefix(user_id: str, course: str | None) -> str:
    """Build the prefix of the keys of all files with the cards of a course, or of all."""
    return f"{EXPORTS}users/{user_id}/decks/{f'course-{course}' if course else 'all'}."


def _is_in_progress(job: Job, now: datetime) -> bool:
    return not job.is_over and now - job.updated_at < _STALE_AFTER
