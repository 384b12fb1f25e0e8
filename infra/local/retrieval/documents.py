"""The use cases of the stand-in: accept documents, process them in the background, publish the outcome."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

import httpx

from infra.local.retrieval.blocks import Unreadable
from infra.local.retrieval.download import download
from infra.local.retrieval.folder import Folder, Record
from infra.local.retrieval.reader import TIMEOUT, read_document
from infra.local.retrieval.search import Search
from shared.clock import Ids
from shared.retries import RetryPolicy
from shared.retrieval.protocol import Chunk, ProcessingStatus

logger = logging.getLogger(__name__)

_MAX_JOBS = 2
_SECONDS_PER_DOCUMENT = 5
_RETRIES = RetryPolicy(first_pause=timedelta(seconds=0.5), max_pause=timedelta(seconds=30))
_FAILED = "The document could not be processed; try another file"


class Publish(Protocol):
    """A publisher of a document's outcome, `completed` or `failed`; the same may be published again."""

    def __call__(self, document_id: str, status: str, error: str | None, /) -> Awaitable[None]: ...


class Documents:
    """The documents and the jobs that process them.

    `start` once the event loop runs: it takes up what a crash cut short. `aclose` stops all work.
    """

    def __init__(
        self,
        root: Path,
        *,
        http: httpx.AsyncClient,
        publish: Publish,
        ids: Ids,
        read_timeout: float = TIMEOUT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._folder = Folder(root)
        self._search = Search(self._folder)
        self._http = http
        self._publish = publish
        self._ids = ids
        self._read_timeout = read_timeout
        self._sleep = sleep
        self._slots = asyncio.Semaphore(_MAX_JOBS)
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._progress: dict[str, int] = {}

    async def start(self) -> None:
        """Take up the jobs that a crash cut short."""
        for record in self._folder.list_unfinished():
            if record.document_id not in self._jobs:
                self._start_job(record.document_id)

    async def aclose(self) -> None:
        """Stop all jobs."""
        jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def wait_until_settled(self) -> None:
        """Wait until no job is running."""
        while self._jobs:
            await asyncio.wait(list(self._jobs.values()))

    def accept(
        self, *, document_id: str, source_url: str, content_type: str, course_id: str
    ) -> tuple[Record, int]:
        """Store an order and return it with the seconds it may take.

        A running job takes over the newer link, which is valid for longer.
        """
        known = self._folder.load(document_id)
        is_running = known is not None and document_id in self._jobs and known.state == "processing"
        record = Record(
            document_id=document_id,
            processing_id=known.processing_id if known is not None and is_running else self._ids.new(),
            source_url=source_url,
            content_type=content_type,
            course_id=course_id,
        )
        if not is_running:
            self._folder.delete_results(document_id)
        self._folder.save(record)
        if not is_running:
            self._start_job(document_id)
        return record, _SECONDS_PER_DOCUMENT * (1 + len(self._jobs) // _MAX_JOBS)

    def get_status(self, document_id: str) -> ProcessingStatus | None:
        """Return how far the document's processing is, or None if there is no such document."""
        record = self._folder.load(document_id)
        if record is None:
            return None
        is_completed = record.state == "completed"
        return ProcessingStatus(
            document_id=document_id,
            status=record.state,
            progress=100 if record.state != "processing" else self._progress.get(document_id, 0),
            error=record.error,
            pages=record.pages,
            chunks=record.chunks,
            pages_without_text=record.pages_without_text,
            images_skipped=record.images_skipped,
            text_extracted=is_completed,
            embeddings_created=is_completed,  # callers ask to learn whether it can be searched
            summary_generated=is_completed,
        )

    def read_content(self, document_id: str) -> bytes:
        """Read the content, as JSON, of a document whose processing is completed."""
        return (self._folder.locate(document_id) / "content.json").read_bytes()

    async def delete(self, document_id: str) -> None:
        """Stop the document's job and delete its files."""
        job = self._jobs.pop(document_id, None)
        if job is not None:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
        if document_id not in self._jobs:  # it was not handed in again meanwhile
            self._folder.delete(document_id)

    async def find(self, document_ids: list[str], query: str, *, limit: int, threshold: float) -> list[Chunk]:
        """Search the documents' chunks in a thread."""
        return await asyncio.to_thread(
            self._search.find, document_ids, query, limit=limit, threshold=threshold
        )

    def _start_job(self, document_id: str) -> None:
        earlier = self._jobs.get(document_id)
        if earlier is not None:  # it was only publishing an outcome that no longer counts
            earlier.cancel()
        self._progress[document_id] = 0
        job = asyncio.create_task(self._run_job(document_id), name=f"retrieval-{document_id}")
        self._jobs[document_id] = job
        job.add_done_callback(lambda done: self._forget_job(document_id, done))

    def _forget_job(self, document_id: str, job: asyncio.Task[None]) -> None:
        if self._jobs.get(document_id) is job:
            del self._jobs[document_id]
            self._progress.pop(document_id, None)

    async def _run_job(self, document_id: str) -> None:
        async with self._slots:
            record = self._folder.load(document_id)
            if record is not None and record.state == "processing":
                record = await self._process(record)
                self._folder.save(record)
        if record is not None:
            await self._publish_outcome(record)
            self._folder.save(record.model_copy(update={"published": True}))

    async def _process(self, record: Record) -> Record:
        """Return the record with its outcome; being stopped alone is no outcome."""
        try:
            return await self._read(record)
        except Unreadable as error:
            reason = str(error)
        except Exception:  # a document that can't be processed must not be tried for ever
            logger.exception("processing document %s failed", record.document_id)
            reason = _FAILED
        self._folder.delete_results(record.document_id)
        return record.model_copy(update={"state": "failed", "error": reason})

    async def _read(self, record: Record) -> Record:
        folder = self._folder.locate(record.document_id)
        source = folder / "source"
        if not source.exists():  # kept over a crash: the link may have run out since
            await download(self._http, record.source_url, source, sleep=self._sleep)
        self._progress[record.document_id] = 30
        outcome = await read_document(
            source,
            folder,
            document_id=record.document_id,
            content_type=record.content_type,
            progress=lambda percent: self._progress.update({record.document_id: percent}),
            seconds=self._read_timeout,
        )
        source.unlink(missing_ok=True)
        return record.model_copy(update={"state": "completed", **outcome.model_dump()})

    async def _publish_outcome(self, record: Record) -> None:
        """Publish until it succeeds: callers have no other way to learn of the outcome."""
        for attempt in count(1):
            try:
                await self._publish(record.document_id, record.state, record.error)
            except Exception:
                logger.exception("publishing the outcome of document %s failed; retrying", record.document_id)
                await self._sleep(_RETRIES.pause_after(attempt).total_seconds())
            else:
                return
