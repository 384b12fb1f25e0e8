"""Calls of Firestore with a time limit, retries where they are safe, and the store's errors."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from shared.google_apis import build_google_retry
from shared.retries import RetryPolicy
from shared.store.backend import Row
from shared.store.firestore_codec import read_fields, read_row
from shared.store.firestore_errors import translate_errors
from shared.store.values import Raw, Write

if TYPE_CHECKING:
    from google.cloud.firestore import AsyncClient, AsyncQuery, AsyncTransaction, DocumentSnapshot

T = TypeVar("T")

_RETRIES = RetryPolicy(first_pause=timedelta(seconds=0.1), max_pause=timedelta(seconds=1))


class Calls:
    """Calls of one client; `timeout` is in seconds, for a call with its retries."""

    def __init__(self, client: "AsyncClient", *, timeout: float) -> None:
        self.client = client
        self._timeout = timeout

    async def call_once(self, call: Callable[[], Awaitable[T]], writes: Sequence[Write] = ()) -> T:
        """Call without retries; an error may name one of `writes`."""
        with translate_errors(writes):
            async with asyncio.timeout(self._timeout):
                return await call()

    async def call_repeatedly(self, call: Callable[[], Awaitable[T]], writes: Sequence[Write] = ()) -> T:
        """Call with retries while the service is unavailable: for reads, and writes that may be repeated."""
        from google.api_core import exceptions as native

        retry = build_google_retry(
            _RETRIES, native.ServiceUnavailable, native.InternalServerError, timeout=self._timeout
        )
        return await self.call_once(retry(call), writes)

    async def get(
        self, paths: Sequence[str], transaction: "AsyncTransaction | None" = None
    ) -> list[Raw | None]:
        references = [self.client.document(path) for path in paths]

        async def read() -> dict[str, Raw | None]:
            found = self.client.get_all(
                references, transaction=transaction, retry=None, timeout=self._timeout
            )
            return {snapshot.reference.path: read_fields(snapshot) async for snapshot in found}

        fields = await self.call_repeatedly(read) if paths else {}
        return [fields[path] for path in paths]

    async def read_snapshots(
        self, query: "AsyncQuery", transaction: "AsyncTransaction | None" = None
    ) -> "list[DocumentSnapshot[Any]]":
        async def read() -> "list[DocumentSnapshot[Any]]":
            found = query.stream(transaction=transaction, retry=None, timeout=self._timeout)
            return [snapshot async for snapshot in found]

        return await self.call_repeatedly(read)

    async def read_rows(
        self, query: "AsyncQuery", transaction: "AsyncTransaction | None" = None
    ) -> list[Row]:
        return [read_row(snapshot) for snapshot in await self.read_snapshots(query, transaction)]
