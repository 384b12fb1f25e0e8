"""One contract, every adapter: `store` runs each test over each of them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import ManualClock, SeededIds
from shared.events.embedded import EmbeddedEvents
from shared.outbox import Outbox
from shared.queue import Queue
from shared.store import Store
from shared.store.database import Database
from shared.store.sqlite import SQLiteBackend
from shared.tasks.embedded import EmbeddedTasks
from tests.shared.store.things import INDEXES

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "store.sqlite3")
    yield database
    await database.aclose()


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


@pytest.fixture
def outbox(queue: Queue, clock: ManualClock) -> Outbox:
    return Outbox(EmbeddedEvents(queue), EmbeddedTasks(queue, clock), clock=clock, ids=SeededIds(3))


@pytest.fixture(params=["sqlite"])
def store(request: pytest.FixtureRequest, database: Database, outbox: Outbox) -> Store:
    backend = {"sqlite": lambda: SQLiteBackend(database, INDEXES)}[request.param]()
    return Store(backend, prepare=outbox.prepare, send=outbox.send)
