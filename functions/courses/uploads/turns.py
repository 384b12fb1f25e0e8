"""Turns of a user's uploads: they count on the same documents, so in parallel all but one would conflict.

A turn is of this instance; between instances, conflicts are retried by the store.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from weakref import WeakValueDictionary

from shared.services import Services
from shared.store import Transaction
from shared.store.values import Contention

T = TypeVar("T")

MAX_WAIT_SECONDS = 30.0

_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def transact_in_turn(
    services: Services, user_id: str, work: Callable[[Transaction], Awaitable[T]]
) -> T:
    """Run a transaction after the user's earlier ones. Raises Contention, and what the transaction raises."""
    async with _take_turn(user_id):
        return await services.store.transact(work)


@asynccontextmanager
async def _take_turn(user_id: str) -> AsyncIterator[None]:
    lock = _locks.setdefault(user_id, asyncio.Lock())
    try:
        async with asyncio.timeout(MAX_WAIT_SECONDS):
            await lock.acquire()
    except TimeoutError as error:
        raise Contention from error
    try:
        yield
    finally:
        lock.release()
