"""One contract, every adapter: `store` runs each test over each of them."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from shared.clock import ManualClock, SeededIds
from shared.events.embedded import EmbeddedEvents
from shared.outbox import Outbox
from shared.queue import Queue
from shared.store import Store
from shared.store.backend import Backend
from shared.store.database import Database
from shared.store.firestore import FirestoreBackend
from shared.store.indexes import Indexes
from shared.store.sqlite import SQLiteBackend
from shared.tasks.embedded import EmbeddedTasks
from tests.emulators import FIRESTORE
from tests.shared.store.things import INDEXES

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_NUMBERS = count(1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "store.sqlite3", durable=False)
    yield database
    await database.aclose()


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


@pytest.fixture
def outbox(queue: Queue, clock: ManualClock) -> Outbox:
    return Outbox(EmbeddedEvents(queue), EmbeddedTasks(queue, clock), clock=clock, ids=SeededIds(3))


@pytest.fixture(scope="session")
def firestore_host() -> Iterator[str]:
    with FIRESTORE.running() as host:
        yield host


class Firestores:
    """Makes backends, each in an emulated project of its own: nothing to clear."""

    def __init__(self) -> None:
        self._made: list[FirestoreBackend] = []

    def __call__(self, *, indexes: Indexes | None = INDEXES, **options: Any) -> FirestoreBackend:
        backend = FirestoreBackend(project=f"test-{next(_NUMBERS)}", indexes=indexes, **options)
        self._made.append(backend)
        return backend

    async def aclose(self) -> None:
        for backend in self._made:
            await backend.aclose()


@pytest.fixture
async def firestores(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Firestores]:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    firestores = Firestores()
    yield firestores
    await firestores.aclose()


@pytest.fixture
def deadline_seconds() -> float:
    """Seconds for which Firestore repeats a transaction."""
    return 10


@pytest.fixture(params=["sqlite", "firestore"])
def backend(request: pytest.FixtureRequest, database: Database, deadline_seconds: float) -> Backend:
    if request.param == "sqlite":
        return SQLiteBackend(database, INDEXES)
    firestores: Firestores = request.getfixturevalue("firestores")
    return firestores(deadline_seconds=deadline_seconds)


@pytest.fixture
def store(backend: Backend, outbox: Outbox) -> Store:
    return Store(backend, prepare=outbox.prepare, send=outbox.send)
