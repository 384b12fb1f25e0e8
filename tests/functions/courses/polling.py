"""Waiting for a stream that polls a document."""

import asyncio
from typing import Any

import pytest

from shared.store import Store
from tests.deadlines import DEADLINE_SECONDS


class Polls:
    """Counts how often the document at `path` is read."""

    def __init__(self, store: Store, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        get = store.get

        async def count_and_get(ref: Any) -> Any:
            self.count += ref.path == path
            return await get(ref)

        monkeypatch.setattr(store, "get", count_and_get)

    async def shown(self) -> None:
        """Wait until what is stored now was read, and shown where it is new.

        The read after next tells it: the next may have begun already.
        """
        enough = self.count + 2
        async with asyncio.timeout(DEADLINE_SECONDS):
            while self.count < enough:  # noqa: ASYNC110 - the count is all there is to watch
                await asyncio.sleep(0.001)
