"""The store as features use it: typed, metered, and with an outbox, over any backend."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from shared.messages import Event, EventEnvelope, Scheduled, Task, TaskEnvelope
from shared.store.backend import Backend, Reader, Row
from shared.store.documents import Document, Ref, UnreadableDocument, dump_document, load_document
from shared.store.known import KnownFields, mask_whole
from shared.store.meter import Meter, get_meter, use_meter
from shared.store.query import Query
from shared.store.values import Raw, Write, to_stored

M = TypeVar("M", bound=Document)
N = TypeVar("N", bound=Document)
T = TypeVar("T")

_MAX_REFILLS = 4  # of one page whose documents cannot all be read


@dataclass(frozen=True)
class Outgoing:
    """The messages of one transaction, and the outbox document that stores them until they are sent."""

    id: str
    events: tuple[EventEnvelope, ...]
    tasks: tuple[TaskEnvelope, ...]
    write: Write


Send = Callable[[Outgoing], Awaitable[bool]]
Prepare = Callable[[Sequence[Event | Scheduled]], Outgoing]


class _Reads:
    """Typed, metered reads over a raw reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, ref: Ref[M]) -> M | None:
        """Return the document, None without one. Raises UnreadableDocument."""
        return (await self.get_many([ref]))[0]

    async def get_many(self, refs: Sequence[Ref[M]]) -> list[M | None]:
        """Return the documents in the order of `refs`. Raises UnreadableDocument."""
        if not refs:
            return []
        get_meter().add(reads=len(refs))
        rows = await self._reader.get([ref.path for ref in refs])
        for ref, raw in zip(refs, rows, strict=True):
            self._note_read(ref.path, raw)
        return [ref.load(raw) for ref, raw in zip(refs, rows, strict=True)]

    async def get_both(self, first: Ref[M], second: Ref[N]) -> tuple[M | None, N | None]:
        """Return two documents of different models by one call of the database. Raises UnreadableDocument."""
        refs: list[Ref[Any]] = [first, second]
        found: list[Any] = await self.get_many(refs)
        return found[0], found[1]

    async def find(self, query: Query[M]) -> list[M]:
        """Return the documents of the query. Raises UnreadableDocument."""
        return [load_document(query.model, path, raw) for path, raw in await self._query(query)]

    async def first(self, query: Query[M]) -> M | None:
        found = await self.find(query.limit(1))
        return found[0] if found else None

    async def _query(self, query: Query[Any]) -> list[Row]:
        rows = await self._reader.query(query)
        get_meter().add(reads=max(1, len(rows)))
        for path, raw in rows:
            self._note_read(path, raw)
        return rows

    def _note_read(self, path: str, raw: Raw | None) -> None:
        """Remember the stored fields, for those who write."""


class Transaction(_Reads):
    """A transaction: reads see the state before it; writes, events and tasks are committed together."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.writes: list[Write] = []
        self.outgoing: list[Event | Scheduled] = []
        self._known = KnownFields()

    def create(self, ref: Ref[M], document: M) -> None:
        """Create a document; the transaction fails with AlreadyExists where it exists."""
        fields = dump_document(document)
        self._known.note_write(ref.path, fields)
        self.writes.append(Write("create", ref.path, fields))

    def put(self, ref: Ref[M], document: M) -> None:
        """Save the document: what changed since this transaction read it, else all fields of the model.

        Stored fields that the model does not know stay. Costs nothing where nothing changed.
        """
        if write := self._known.plan_put(ref, document):
            self.writes.append(write)

    def replace(self, ref: Ref[M], document: M) -> None:
        """Save the document whole, whatever is stored there: for one that follows from its source alone."""
        fields = dump_document(document)
        self._known.note_write(ref.path, fields)
        self.writes.append(Write("put", ref.path, fields))

    def merge(self, ref: Ref[M], fields: Mapping[str, Any]) -> None:
        """Change only the (nested) fields given, `Increment` and `Minimum` too; create a missing document."""
        self._known.note_merge(ref.path)
        self.writes.append(Write("merge", ref.path, to_stored(fields)))

    def delete(self, ref: Ref[M]) -> None:
        self._known.note_write(ref.path, None)
        self.writes.append(Write("delete", ref.path, {}))

    def publish(self, event: Event) -> None:
        self.outgoing.append(event)

    def enqueue(self, task: Task, *, at: datetime | None = None, key: str | None = None) -> None:
        """Enqueue a task for its group, not before `at`; tasks of equal keys are one for a short time."""
        self.outgoing.append(Scheduled(task, at, key))

    def _note_read(self, path: str, raw: Raw | None) -> None:
        self._known.note_read(path, raw)


class Store(_Reads):
    """The store. Raises Contention, ServiceUnavailable, and AlreadyExists where a document is created."""

    def __init__(self, backend: Backend, *, prepare: Prepare, send: Send) -> None:
        super().__init__(backend)
        self.backend = backend
        self._prepare = prepare
        self._send = send

    async def find(self, query: Query[M]) -> list[M]:
        """Return the documents of the query without those that this version cannot read, which are logged.

        Reads on to fill a limited result. Raises UnreadableDocument where too many cannot be read for that.
        """
        found: list[M] = []
        for _ in range(1 + _MAX_REFILLS):
            rows = await self._query(query)
            documents = [document for row in rows if (document := _load_or_skip(query.model, row))]
            found += documents
            skipped = len(rows) - len(documents)
            if not skipped or query.group or query.size is None or len(rows) < query.size:
                return found
            path, raw = rows[-1]
            query = query.limit(skipped).after(query.get_cursor_at(path.rsplit("/", 1)[1], raw))
        raise UnreadableDocument

    async def count(self, query: Query[M]) -> int:
        """Count the documents. Costs 1 read for each thousand."""
        number = await self.backend.count(query)
        get_meter().add(reads=max(1, -(-number // 1000)))
        return number

    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work`, which may run again on a conflict, and commit its writes and messages together."""
        spent = get_meter()
        last = Meter()

        async def attempt(reader: Reader) -> tuple[tuple[T, Outgoing | None], list[Write]]:
            nonlocal last
            spent.retries += last.reads
            tx = Transaction(reader)
            with use_meter(Meter()) as last:
                result = await work(tx)
            outgoing = self._prepare(tx.outgoing) if tx.outgoing else None
            writes = [*tx.writes, outgoing.write] if outgoing else tx.writes
            deletes = sum(write.kind == "delete" for write in writes)
            last.add(writes=len(writes) - deletes, deletes=deletes)
            return (result, outgoing), writes

        result, outgoing = await self.backend.transact(attempt)
        spent.include(last)
        if outgoing and await self._send(outgoing):
            await self._write(Write("delete", outgoing.write.path, {}))
        return result

    async def enqueue_unstored(self, task: Task, *, key: str, at: datetime | None = None) -> None:
        """Enqueue a task without an outbox document, which costs no store operation.

        Only for work that is found without its task: a crash or an outage at this moment loses the task.
        """
        await self._send(self._prepare([Scheduled(task, at, key)]))

    async def put(self, ref: Ref[M], document: M) -> None:
        """Save all fields of the model; stored fields that it does not know stay."""
        await self._write(mask_whole(ref.path, document))

    async def create(self, ref: Ref[M], document: M) -> None:
        """Create a document. Raises AlreadyExists."""
        await self._write(Write("create", ref.path, dump_document(document)))

    async def merge(self, ref: Ref[M], fields: Mapping[str, Any]) -> None:
        await self._write(Write("merge", ref.path, to_stored(fields)))

    async def delete(self, ref: Ref[M]) -> None:
        await self._write(Write("delete", ref.path, {}))

    async def _write(self, write: Write) -> None:
        async def work(_: Reader) -> tuple[None, list[Write]]:
            return None, [write]

        await self.backend.transact(work)
        deleted = write.kind == "delete"
        get_meter().add(writes=not deleted, deletes=deleted)

    async def page_group(self, kind: str, *, after: str | None = None, size: int) -> list[Row]:
        """Return stored fields of every parent's collection of this name, a page in an order of paths."""
        rows = await self.backend.page_group(kind, after=after, size=size)
        get_meter().add(reads=max(1, len(rows)))
        return rows

    async def stream_subtree(self, path: str) -> AsyncIterator[Row]:
        async for row in self.backend.stream_subtree(path):
            get_meter().add(reads=1)
            yield row

    async def erase(self, path: str) -> int:
        number = await self.backend.erase(path)
        get_meter().add(reads=number, deletes=number)
        return number

    async def expire(self, now: datetime) -> int:
        return await self.backend.expire(now)

    async def ping(self) -> None:
        get_meter().add(reads=1)
        await self.backend.ping()

    async def aclose(self) -> None:
        await self.backend.aclose()


def _load_or_skip(model: type[M], row: Row) -> M | None:
    try:
        return load_document(model, *row)
    except UnreadableDocument:
        return None
