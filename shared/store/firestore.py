"""Firestore in native mode, by its asynchronous client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from shared.store.backend import Reader, Row
from shared.store.firestore_calls import Calls
from shared.store.firestore_codec import build_native_query, read_row
from shared.store.firestore_errors import Conflict
from shared.store.firestore_transaction import Attempt, Turns, wait_after
from shared.store.indexes import Indexes
from shared.store.query import NAME, Query
from shared.store.values import Raw, Write

if TYPE_CHECKING:
    from google.cloud.firestore import AsyncCollectionReference, AsyncQuery, DocumentSnapshot

T = TypeVar("T")

_PAGE_SIZE = 100  # documents may be large
_NAMES_PAGE_SIZE = 250
_MAX_BATCHES = 4  # deleted at once


class FirestoreBackend:
    """Implements `Backend`, with an emulator where FIRESTORE_EMULATOR_HOST names one.

    An emulator requires no composite index: `indexes`, where given, are checked here.
    """

    def __init__(
        self,
        *,
        project: str,
        database: str = "(default)",
        indexes: Indexes | None = None,
        timeout_seconds: float = 10,
        deadline_seconds: float = 10,
    ) -> None:
        """Connect; `timeout_seconds` is for a call, `deadline_seconds` for a transaction with its retries."""
        from google.cloud.firestore import AsyncClient

        self._client = AsyncClient(project=project, database=database)
        self._calls = Calls(self._client, timeout=timeout_seconds)
        self._indexes = indexes
        self._deadline = deadline_seconds
        self._turns = Turns()

    async def get(self, paths: Sequence[str]) -> list[Raw | None]:
        return await self._calls.get(paths)

    async def query(self, query: Query[Any]) -> list[Row]:
        return await self._calls.read_rows(self._build_query(query))

    async def count(self, query: Query[Any]) -> int:
        counting: Any = self._build_query(query).count()  # its declared type is wrong
        ((found,),) = await self._calls.call_repeatedly(lambda: counting.get(retry=None))
        return int(found.value)

    async def transact(self, work: Callable[[Reader], Awaitable[tuple[T, list[Write]]]]) -> T:
        end = asyncio.get_running_loop().time() + self._deadline
        last, number = None, 0
        while True:
            number += 1
            last = Attempt(self._calls, self._indexes, self._turns, end=end, after=last)
            try:
                return await _attempt(last, work)
            except Conflict:
                last.lose()
            await wait_after(number, end)

    async def page_group(self, kind: str, *, after: str | None, size: int) -> list[Row]:
        query = self._client.collection_group(kind).order_by(NAME).limit(size)
        start = {NAME: self._client.document(after)} if after else None
        return await self._calls.read_rows(query.start_after(start) if start else query)

    async def stream_subtree(self, path: str) -> AsyncIterator[Row]:
        if _is_document(path) and (own := (await self.get([path]))[0]) is not None:
            yield path, own
        for collection in await self._list_collections(path):
            async for page in self._read_pages(collection.recursive().limit(_PAGE_SIZE)):
                for snapshot in page:
                    yield read_row(snapshot)

    async def erase(self, path: str) -> int:
        """Delete the document itself last, so that an interrupted erasure is found and repeated."""
        number, batches = 0, list[list[str]]()
        for collection in await self._list_collections(path):
            names = collection.recursive().select([NAME]).limit(_NAMES_PAGE_SIZE)
            async for page in self._read_pages(names):
                batches.append([snapshot.reference.path for snapshot in page])
                if len(batches) == _MAX_BATCHES:
                    number += await self._delete(batches)
                    batches = []
        number += await self._delete(batches)
        if _is_document(path) and (await self.get([path]))[0] is not None:
            number += await self._delete([[path]])
        return number

    async def expire(self, now: datetime) -> int:  # noqa: ARG002 - a TTL policy does it
        return 0

    async def ping(self) -> None:
        await self.get(["pings/ping"])

    async def aclose(self) -> None:
        api = self._client._firestore_api_internal  # noqa: SLF001 - the client has no method to close it
        if api is not None:
            await api.transport.close()

    def _build_query(self, query: Query[Any]) -> "AsyncQuery":
        if self._indexes is not None:
            self._indexes.check(query)
        return build_native_query(self._client, query)

    async def _list_collections(self, path: str) -> "list[AsyncCollectionReference]":
        if not _is_document(path):
            return [self._client.collection(path)]

        async def read() -> "list[AsyncCollectionReference]":
            return [found async for found in self._client.document(path).collections(retry=None)]

        return await self._calls.call_repeatedly(read)

    async def _read_pages(self, query: "AsyncQuery") -> "AsyncIterator[list[DocumentSnapshot[Any]]]":
        while page := await self._calls.read_snapshots(query):
            yield page
            query = query.start_after({NAME: page[-1].reference})

    async def _delete(self, batches: Sequence[Sequence[str]]) -> int:
        async def delete(paths: Sequence[str]) -> None:
            async def work(_: Reader) -> tuple[None, list[Write]]:
                return None, [Write("delete", path, {}) for path in paths]

            await self.transact(work)

        await asyncio.gather(*(delete(paths) for paths in batches))
        return sum(map(len, batches))


async def _attempt(attempt: Attempt, work: Callable[[Reader], Awaitable[tuple[T, list[Write]]]]) -> T:
    try:
        result, writes = await work(attempt)
        await attempt.commit(writes)
    except BaseException:
        await attempt.rollback()
        raise
    finally:
        await attempt.leave()
    return result


def _is_document(path: str) -> bool:
    return path.count("/") % 2 == 1
