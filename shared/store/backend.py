"""The port of document databases: narrow and untyped, with one adapter each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from shared.store.query import Query
from shared.store.values import Raw, Write

T = TypeVar("T")
Row = tuple[str, Raw]  # path and fields


class Reader(Protocol):
    """Reads of raw documents."""

    async def get(self, paths: Sequence[str]) -> list[Raw | None]: ...

    async def query(self, query: Query[Any]) -> list[Row]: ...


class Backend(Reader, Protocol):
    """A document database. Raises MissingIndex, AlreadyExists, Contention, ServiceUnavailable."""

    async def count(self, query: Query[Any]) -> int: ...

    async def transact(self, work: Callable[[Reader], Awaitable[tuple[T, list[Write]]]]) -> T:
        """Run `work` on a consistent view and commit its writes, all or nothing.

        After a conflict `work` runs again, with growing pauses, until Contention is raised.
        """
        ...

    async def page_group(self, kind: str, *, after: str | None, size: int) -> list[Row]:
        """Return documents of all collections of this name, in an order of paths, those after `after`."""
        ...

    def stream_subtree(self, path: str) -> AsyncIterator[Row]:
        """Yield the document at `path` and every document below it."""
        ...

    async def erase(self, path: str) -> int:
        """Delete the document at `path` and every document below it; return their number."""
        ...

    async def expire(self, now: Any) -> int:
        """Delete documents past their time to live, where the database does not do so itself."""
        ...

    async def ping(self) -> None: ...

    async def aclose(self) -> None: ...
