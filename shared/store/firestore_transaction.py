"""Attempts at transactions of Firestore, and their turns after a conflict."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from shared.errors import ServiceUnavailable
from shared.retries import RetryPolicy
from shared.store.backend import Row
from shared.store.firestore_calls import Calls
from shared.store.firestore_codec import add_write, build_native_query
from shared.store.firestore_errors import Conflict
from shared.store.indexes import Indexes
from shared.store.locks import hold_lock
from shared.store.query import Query
from shared.store.values import (
    DOCUMENT_LIMIT_BYTES,
    AlreadyExists,
    Contention,
    DocumentTooLarge,
    Raw,
    Write,
    measure_document,
)

if TYPE_CHECKING:
    from google.cloud.firestore import AsyncWriteBatch

_RETRIES = RetryPolicy(first_pause=timedelta(milliseconds=20), max_pause=timedelta(seconds=1), jitter=1)


class Attempt:
    """One attempt; implements `Reader`. The transaction begins with the first read: writes need none."""

    def __init__(
        self, calls: Calls, indexes: Indexes | None, turns: "Turns", *, end: float, after: "Attempt | None"
    ) -> None:
        """Prepare the attempt; until `end`, in the event loop's time, it waits for its turn."""
        self._calls = calls
        self._indexes = indexes
        self._turns = turns
        self._end = end
        self._turn = AsyncExitStack()
        self.lock: asyncio.Lock | None = (
            after.lock if after else None
        )  # referenced, so that later attempts find it
        self._transaction = calls.client.transaction()
        self._beginning = asyncio.Lock()
        # A transaction that names the one it repeats keeps its priority.
        self._repeats: bytes | None = after.id if after else None
        self.id: bytes | None = self._repeats
        self.subject = ""  # the path it read first, for which it may have to wait

    async def get(self, paths: Sequence[str]) -> list[Raw | None]:
        if paths:
            await self._begin(paths[0])
        return await self._calls.get(paths, self._transaction)

    async def query(self, query: Query[Any]) -> list[Row]:
        if self._indexes is not None:
            self._indexes.check(query)
        await self._begin(query.collection)
        return await self._calls.read_rows(build_native_query(self._calls.client, query), self._transaction)

    async def commit(self, writes: Sequence[Write]) -> None:
        """Commit the writes. Raises Conflict where a document that was read has changed."""
        _check(writes)
        if self._transaction.in_progress:
            self._add(self._transaction, writes)
            await self._calls.call_once(self._transaction._commit, writes)  # noqa: SLF001 - the public method has no timeout
        elif all(write.kind in ("put", "delete") for write in writes):
            await self._calls.call_repeatedly(lambda: self._write(writes), writes)
        else:
            await self._calls.call_once(lambda: self._write(writes), writes)

    async def rollback(self) -> None:
        """Release the locks that other transactions may be waiting for."""
        if self._transaction.in_progress:
            with suppress(Conflict, ServiceUnavailable, ValueError):
                await self._calls.call_once(self._transaction._rollback)  # noqa: SLF001

    def lose(self) -> None:
        """Make attempts at the same subject take turns from now on."""
        if self.subject:
            self.lock = self._turns.get_lock(self.subject)

    async def leave(self) -> None:
        """Give the turn to the next attempt."""
        await self._turn.aclose()

    async def _begin(self, subject: str) -> None:
        async with self._beginning:
            if not self._transaction.in_progress:
                self.subject = subject
                await self._turn.enter_async_context(hold_lock(self._turns.find_lock(subject), self._end))
                await self._calls.call_once(lambda: self._transaction._begin(self._repeats))  # noqa: SLF001
                self.id = self._repeats or self._transaction.id

    async def _write(self, writes: Sequence[Write]) -> None:
        batch = self._calls.client.batch()
        self._add(batch, writes)
        await batch.commit(retry=None)

    def _add(self, batch: "AsyncWriteBatch", writes: Sequence[Write]) -> None:
        for write in writes:
            add_write(self._calls.client, batch, write)


class Turns:
    """Locks of subjects with conflicts: their attempts run one by one, within this process."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def get_lock(self, subject: str) -> asyncio.Lock:
        return self._locks.setdefault(subject, asyncio.Lock())

    def find_lock(self, subject: str) -> asyncio.Lock | None:
        return self._locks.get(subject)


def _check(writes: Sequence[Write]) -> None:
    created = set[str]()
    for write in writes:
        if write.kind == "create":
            if write.path in created:
                raise AlreadyExists(write.path)
            created.add(write.path)
        if (
            write.kind in ("create", "put")
            and measure_document(write.path, write.data) > DOCUMENT_LIMIT_BYTES
        ):
            raise DocumentTooLarge(write.path)


async def wait_after(attempt: int, end: float) -> None:
    """Wait at random, longer with each attempt. Raises Contention where that would last beyond `end`."""
    seconds = _RETRIES.pause_after(attempt, chance=random.random()).total_seconds()  # noqa: S311 - jitter
    if asyncio.get_running_loop().time() + seconds > end:
        raise Contention
    await asyncio.sleep(seconds)
