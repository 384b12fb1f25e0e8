"""What a document database must do for the store: a narrow, untyped protocol, one adapter each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from shared.store.query import Query
from shared.store.values import Raw, Write

T = TypeVar("T")
Row = tuple[str, Raw]  # path and fields


class Reader(Protocol):
    async def get(self, paths: Sequence[str]) -> list[Raw | None]: ...

    async def query(self, query: Query[Any]) -> list[Row]: ...


class Backend(Reader, Protocol):
    """Raises MissingIndex, AlreadyExists, Contention, ServiceUnavailable."""

    async def count(self, query: Query[Any]) -> int: ...

    async def transact(self, work: Callable[[Reader], Awaitable[tuple[T, list[Write]]]]) -> T:
        """Run `work` on a consistent view and commit what it writes, all or nothing. On a conflict `work`
        runs again, with growing jittered pauses, until Contention."""
        ...

    def stream_subtree(self, path: str) -> AsyncIterator[Row]:
        """Every document below `path`, and at it."""
        ...

    async def erase(self, path: str) -> int:
        """Delete the document at `path` and everything below it; gives their number."""
        ...

    async def expire(self, now: Any) -> int:
        """Delete documents past their time to live, where the database does not do so by itself."""
        ...

    async def ping(self) -> None: ...

    async def aclose(self) -> None: ...
