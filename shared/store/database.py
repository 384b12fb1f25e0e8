"""The SQLite file of the embedded store and the embedded queue, used by one thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA cache_size = -65536;
PRAGMA busy_timeout = 10000;
CREATE TABLE IF NOT EXISTS documents (
    path TEXT PRIMARY KEY,
    collection TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    data TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_by_collection ON documents (collection, id);
CREATE TABLE IF NOT EXISTS versions (last INTEGER NOT NULL);
INSERT INTO versions SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM versions);
CREATE TABLE IF NOT EXISTS queue (
    id TEXT PRIMARY KEY,
    topic TEXT NOT NULL,
    target TEXT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_until TEXT,
    state TEXT NOT NULL DEFAULT 'waiting',
    error TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS queue_by_due ON queue (state, due_at);
"""


class Database:
    """A connection with its own thread, which runs functions one after the other.

    Without `durable`, writes do not wait for the disk: they outlive the process, but not the machine.
    """

    def __init__(self, file: Path | str, *, durable: bool = True) -> None:
        self._file = str(file)
        self._synchronous = "NORMAL" if durable else "OFF"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._connection: sqlite3.Connection | None = None

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run `job` in autocommit mode; it begins and commits its own transactions."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._call, job)

    async def run_atomically(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run `job` as one write transaction, all or nothing."""
        return await self.run(lambda connection: _run_atomically(connection, job))

    async def aclose(self) -> None:
        if self._connection is not None:
            await self.run(lambda connection: connection.close())
            self._connection = None
        self._thread.shutdown(wait=True)

    def _call(self, job: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._open()
        return job(self._connection)

    def _open(self) -> sqlite3.Connection:
        if self._file != ":memory:":
            Path(self._file).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        connection.executescript(_SCHEMA)
        return connection


def _run_atomically(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return result
