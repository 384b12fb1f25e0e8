"""The SQLite file of the embedded store and the embedded queue.

Short work runs in the thread of the event loop, as changing threads would take longer than the work; the rest
has a thread of its own.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from shared.store.values import StorageUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

_MAX_WAIT_MS = 10_000  # for a lock that another process holds
_PAUSES_SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01)  # other requests are served meanwhile
_CHECKPOINT_WRITES = 500  # before SQLite would do so inside of a commit, which would wait for the disk
_MEMORY = ":memory:"
_PROBE, _PROBE_BYTES = "_probe", 64 * 1024
_DISK_ERRORS = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
}

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA cache_size = -65536;
PRAGMA wal_autocheckpoint = 16000;
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


class _Locked(StorageUnavailable):
    """Another process is writing."""


class Database:
    """A connection with its own thread, which runs functions in turn, and one for reads meanwhile.

    While nothing runs in that thread, the event loop uses its connection: with one connection, what a write
    left in the cache serves the next read.
    Without `durable`, writes do not wait for the disk: they outlive the process, but not the machine.
    """

    def __init__(self, file: Path | str, *, durable: bool = True) -> None:
        self._file = str(file)
        self._synchronous = "NORMAL" if durable else "OFF"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._jobs: deque[Future[Any]] = deque()  # of the thread, the ended ones at the left
        self._connection: sqlite3.Connection | None = None
        self._wait_ms = -1  # of the connection
        self._reader: sqlite3.Connection | None = None
        self._writes = 0  # since the last checkpoint

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a short `job` that only reads, in this thread.

        It waits for no writer (WAL), and sees what was committed before it. Raises StorageUnavailable.
        """
        if self._is_idle():
            return self._call(job, wait_ms=0)
        if self._connection is None or self._file == _MEMORY:
            return await self.run(job)
        reader = self._reader = self._reader or _translate_errors(self._open_reader)
        return _translate_errors(lambda: job(reader))

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a short `job` as one write transaction, all or nothing, in this thread where that can be.

        Raises StorageUnavailable.
        """
        if self._connection is None:
            return await self.run_atomically(job)
        for pause in _PAUSES_SECONDS:
            if self._is_idle():
                with contextlib.suppress(_Locked):
                    return self._write_here(job)
            await asyncio.sleep(pause)
        return await self.run_atomically(job)

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run `job` in autocommit mode; it begins and commits its own transactions.

        Raises StorageUnavailable where the disk is full, read-only or broken.
        """
        return await asyncio.wrap_future(self._submit(job))

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

    def _submit(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        submitted = self._thread.submit(self._call, job, wait_ms=_MAX_WAIT_MS)
        self._jobs.append(submitted)
        return submitted

    def _is_idle(self) -> bool:
        """Tell whether the connection may be used in this thread: it is open, and the other has no jobs."""
        while self._jobs and self._jobs[0].done():
            self._jobs.popleft()
        return not self._jobs and self._connection is not None

    def _write_here(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run the job as a transaction in this thread. Raises _Locked where that would have to wait."""
        result = self._call(lambda db: _run_atomically(db, job), wait_ms=0)
        self._writes += 1
        if self._writes % _CHECKPOINT_WRITES == 0 and self._file != _MEMORY:
            self._thread.submit(self._checkpoint)
        return result

    def _checkpoint(self) -> None:
        """Copy what was committed from the log to the file, while others read and write."""
        with contextlib.closing(sqlite3.connect(self._file)) as connection:
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _call(self, job: Callable[[sqlite3.Connection], T], *, wait_ms: int) -> T:
        return _translate_errors(lambda: job(self._get_connection(wait_ms)))

    def _get_connection(self, wait_ms: int) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._open()
        if self._wait_ms != wait_ms:
            self._connection.execute(f"PRAGMA busy_timeout = {wait_ms}")
            self._wait_ms = wait_ms
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
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if _get_code(error) == sqlite3.SQLITE_BUSY:
            raise _Locked from error
        raise
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
    return _get_code(error) in _DISK_ERRORS


def _get_code(error: sqlite3.OperationalError) -> int:
    """Return the last byte of an extended code, which is the code itself."""
    return error.sqlite_errorcode & 0xFF
