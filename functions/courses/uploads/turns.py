"""Turns of a user's uploads: they count on the same documents, so in parallel all but one would conflict.

A turn is of this instance; between instances, conflicts are retried by the store.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from shared.services import Services
from shared.store import Transaction
from shared.store.locks import hold_lock

T = TypeVar("T")

MAX_WAIT_SECONDS = 30.0

_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def transact_in_turn(
    services: Services, user_id: str, work: Callable[[Transaction], Awaitable[T]]
) -> T:
    """Run a transaction after the user's earlier ones. Raises Contention, and what the transaction raises."""
    lock = _locks.setdefault(user_id, asyncio.Lock())
    async with hold_lock(lock, asyncio.get_running_loop().time() + MAX_WAIT_SECONDS):
        return await services.store.transact(work)
