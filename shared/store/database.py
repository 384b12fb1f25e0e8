"""The SQLite file of the embedded store and the embedded queue: one thread for everything but short reads."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from shared.store.values import StorageUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

_MEMORY = ":memory:"
_PROBE, _PROBE_BYTES = "_probe", 64 * 1024
_DISK_ERRORS = {  # the last byte of an extended code is the code itself
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
}

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA wal_autocheckpoint = 4000;
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
_READ_ONLY = """
PRAGMA query_only = ON;
PRAGMA cache_size = -65536;
PRAGMA busy_timeout = 1000;
"""


class Database:
    """A connection with its own thread, which runs functions one after the other, and one for short reads.

    Without `durable`, writes do not wait for the disk: they outlive the process, but not the machine.
    """

    def __init__(self, file: Path | str, *, durable: bool = True) -> None:
        self._file = str(file)
        self._synchronous = "NORMAL" if durable else "OFF"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._connection: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None  # of the event loop's thread

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a short `job` that only reads, in this thread: changing threads would take longer than the job.

        It waits for no writer (WAL), and sees what was committed before it. Raises StorageUnavailable.
        """
        if self._reader is None:
            if self._file == _MEMORY:
                return await self.run(job)
            await self.run(lambda _: None)  # creates file and tables
            if self._reader is None:  # another read may have opened it meanwhile
                self._reader = _translate_errors(self._open_reader)
        reader = self._reader
        return _translate_errors(lambda: job(reader))

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run `job` in autocommit mode; it begins and commits its own transactions.

        Raises StorageUnavailable where the disk is full, read-only or broken.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._call, job)

    async def run_atomically(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run `job` as one write transaction, all or nothing."""
        return await self.run(lambda connection: _run_atomically(connection, job))

    async def check_writable(self) -> None:
        """Write and delete a few pages. Raises StorageUnavailable."""
        await self.run_atomically(_write_probe)

    async def aclose(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._connection is not None:
            await self.run(lambda connection: connection.close())
            self._connection = None
        self._thread.shutdown(wait=True)

    def _call(self, job: Callable[[sqlite3.Connection], T]) -> T:
        return _translate_errors(lambda: job(self._get_connection()))

    def _get_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        if self._file != _MEMORY:
            Path(self._file).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        connection.executescript(_SCHEMA)
        return connection

    def _open_reader(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        connection.executescript(_READ_ONLY)
        return connection


def _translate_errors(job: Callable[[], T]) -> T:
    try:
        return job()
    except (sqlite3.OperationalError, OSError) as error:
        if not _is_of_the_disk(error):
            raise
        log.warning("the database file cannot be used: %s", error)
        raise StorageUnavailable from error


def _run_atomically(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends it by itself where the disk is full
            connection.execute("ROLLBACK")
        raise
    return result


def _write_probe(connection: sqlite3.Connection) -> None:
    row = (_PROBE, _PROBE, _PROBE, _PROBE, "0" * _PROBE_BYTES, 0)
    connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.execute("DELETE FROM documents WHERE path = ?", (_PROBE,))


def _is_of_the_disk(error: sqlite3.OperationalError | OSError) -> bool:
    if isinstance(error, OSError):
        return True
    return (error.sqlite_errorcode & 0xFF) in _DISK_ERRORS
