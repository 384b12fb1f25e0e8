"""Locks within a process that are waited for until a deadline."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.store.values import Contention


@asynccontextmanager
async def hold_lock(lock: asyncio.Lock | None, end: float) -> AsyncIterator[None]:
    """Hold the lock. Raises Contention where it is not free by `end`, in the event loop's time."""
    if lock is None:
        yield
        return
    try:
        async with asyncio.timeout_at(end):
            await lock.acquire()
    except TimeoutError as error:
        raise Contention from error
    try:
        yield
    finally:
        lock.release()
