"""The use cases of the stand-in: documents are accepted, worked through in the background, and told of."""

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

_AT_ONCE = 2
_SECONDS_EACH = 5
_RETRIES = RetryPolicy(first_pause=timedelta(seconds=0.5), max_pause=timedelta(seconds=30))
_FAILED = "The document could not be processed"


class Publish(Protocol):
    """Tells the outcome (`completed` or `failed`) of a document; may be told the same again."""

    def __call__(self, document_id: str, status: str, error: str | None, /) -> Awaitable[None]: ...


class Documents:
    """`start` once the event loop runs: it takes up what a crash cut short. `aclose` stops all work."""

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
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._progress: dict[str, int] = {}

    async def start(self) -> None:
        for record in self._folder.unfinished():
            if record.document_id not in self._jobs:
                self._begin(record.document_id)

    async def aclose(self) -> None:
        jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until nothing is being worked on."""
        while self._jobs:
            await asyncio.wait(list(self._jobs.values()))

    def accept(
        self, *, document_id: str, source_url: str, content_type: str, course_id: str
    ) -> tuple[Record, int]:
        """Kept before it is answered, with the seconds it may take. What is being processed is joined."""
        known = self._folder.record(document_id)
        joined = known is not None and document_id in self._jobs and known.state == "processing"
        record = Record(
            document_id=document_id,
            processing_id=known.processing_id if known is not None and joined else self._ids.new(),
            source_url=source_url,  # also of a joined one: the newer link is good for longer
            content_type=content_type,
            course_id=course_id,
        )
        if not joined:
            self._folder.drop_results(document_id)
        self._folder.save(record)
        if not joined:
            self._begin(document_id)
        return record, _SECONDS_EACH * (1 + len(self._jobs) // _AT_ONCE)

    def status(self, document_id: str) -> ProcessingStatus | None:
        record = self._folder.record(document_id)
        if record is None:
            return None
        done = record.state == "completed"
        return ProcessingStatus(
            document_id=document_id,
            status=record.state,
            progress=100 if record.state != "processing" else self._progress.get(document_id, 0),
            error=record.error,
            pages=record.pages,
            chunks=record.chunks,
            text_extracted=done,
            embeddings_created=done,  # whoever asks wants to know whether it can be searched
            summary_generated=done,
        )

    def content(self, document_id: str) -> bytes:
        """The document's content as JSON; only of one that is completed."""
        return (self._folder.of(document_id) / "content.json").read_bytes()

    async def delete(self, document_id: str) -> None:
        job = self._jobs.pop(document_id, None)
        if job is not None:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
        if document_id not in self._jobs:  # nobody handed it in again meanwhile
            self._folder.remove(document_id)

    async def find(self, document_ids: list[str], query: str, *, limit: int, threshold: float) -> list[Chunk]:
        return await asyncio.to_thread(
            self._search.find, document_ids, query, limit=limit, threshold=threshold
        )

    def _begin(self, document_id: str) -> None:
        earlier = self._jobs.get(document_id)
        if earlier is not None:  # it was only telling an outcome that no longer counts
            earlier.cancel()
        self._progress[document_id] = 0
        job = asyncio.create_task(self._run(document_id), name=f"retrieval-{document_id}")
        self._jobs[document_id] = job
        job.add_done_callback(lambda done: self._forget(document_id, done))

    def _forget(self, document_id: str, job: asyncio.Task[None]) -> None:
        if self._jobs.get(document_id) is job:
            del self._jobs[document_id]
            self._progress.pop(document_id, None)

    async def _run(self, document_id: str) -> None:
        async with self._room:
            record = self._folder.record(document_id)
            if record is not None and record.state == "processing":
                record = await self._process(record)
                self._folder.save(record)
        if record is not None:
            await self._tell(record)
            self._folder.save(record.model_copy(update={"published": True}))

    async def _process(self, record: Record) -> Record:
        """The record with its outcome; only being stopped is no outcome."""
        try:
            return await self._read(record)
        except Unreadable as error:
            reason = str(error)
        except Exception:  # a document that can't be worked on must not be tried for ever
            logger.exception("retrieval: document %s failed", record.document_id)
            reason = _FAILED
        self._folder.drop_results(record.document_id)
        return record.model_copy(update={"state": "failed", "error": reason})

    async def _read(self, record: Record) -> Record:
        folder = self._folder.of(record.document_id)
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
        return record.model_copy(
            update={"state": "completed", "pages": outcome.pages, "chunks": outcome.chunks}
        )

    async def _tell(self, record: Record) -> None:
        """Tries until it is told: whoever waits for the outcome has no other way to learn of it."""
        for attempt in count(1):
            try:
                await self._publish(record.document_id, record.state, record.error)
            except Exception:
                logger.exception("retrieval: the outcome of %s was not taken", record.document_id)
                await self._sleep(_RETRIES.pause_after(attempt).total_seconds())
            else:
                return
