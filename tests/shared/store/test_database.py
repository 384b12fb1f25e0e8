"""The SQLite file itself: short work in the event loop's thread, long work and foreign locks beside it."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.store.database import Database
from shared.store.values import StorageUnavailable


@pytest.fixture
async def numbers(database: Database) -> Database:
    await database.run(lambda db: db.execute("CREATE TABLE numbers (value INTEGER)"))
    return database


@pytest.fixture
def other(numbers: Database, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another process of the same file."""
    with closing(sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)) as connection:
        yield connection


def insert(db: sqlite3.Connection) -> int:
    db.execute("INSERT INTO numbers VALUES (1)")
    return threading.get_ident()


def count(db: sqlite3.Connection) -> int:
    number: int = db.execute("SELECT count(*) FROM numbers").fetchone()[0]
    return number


async def test_short_work_stays_in_the_thread_of_the_event_loop(numbers: Database) -> None:
    assert await numbers.write(insert) == threading.get_ident()
    assert await numbers.run_atomically(insert) != threading.get_ident()
    assert await numbers.read(count) == 2


async def test_a_short_write_is_all_or_nothing(numbers: Database) -> None:
    def insert_and_fail(db: sqlite3.Connection) -> None:
        insert(db)
        raise LookupError

    with pytest.raises(LookupError):
        await numbers.write(insert_and_fail)
    assert await numbers.read(count) == 0


@pytest.mark.parametrize("seconds", [0.001, 0.1])
async def test_a_write_waits_for_another_process_and_holds_up_nobody(
    numbers: Database, other: sqlite3.Connection, seconds: float
) -> None:
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(numbers.write(insert))
    await asyncio.sleep(seconds)
    assert not writing.done()
    assert await numbers.read(count) == 0
    insert(other)
    other.execute("COMMIT")
    await writing
    assert await numbers.read(count) == 2


async def test_reads_and_writes_do_not_meet_long_work_on_its_connection(numbers: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work_long(db: sqlite3.Connection) -> None:
        insert(db)
        begun.set()
        assert go_on.wait(30)

    working = asyncio.create_task(numbers.run_atomically(work_long))
    await asyncio.to_thread(begun.wait, 30)
    writing = asyncio.create_task(numbers.write(insert))
    cancelled = asyncio.create_task(numbers.run(insert))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert await numbers.read(count) == 0, "not committed"
    assert not writing.done()
    go_on.set()
    await asyncio.gather(working, writing)
    assert await numbers.read(count) == 2


async def test_many_writes_at_once_are_all_there_and_leave_the_log(numbers: Database, tmp_path: Path) -> None:
    await asyncio.gather(*(numbers.write(insert) for _ in range(1200)))
    assert await numbers.read(count) == 1200
    await numbers.run(lambda _: None)  # after the checkpoints
    with closing(sqlite3.connect(f"file:{tmp_path}/store.sqlite3?immutable=1", uri=True)) as file:
        assert count(file) >= 500, "copied from the log to the file"


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    database = Database(tmp_path / "folder")
    for work in (database.read, database.write):
        with pytest.raises(StorageUnavailable):
            await work(count)
    await database.aclose()


async def test_a_database_in_memory_reads_what_it_wrote() -> None:
    database = Database(":memory:")
    assert await database.read(lambda db: db.execute("SELECT last FROM versions").fetchone()) == (0,)
    await database.write(lambda db: db.execute("UPDATE versions SET last = 7"))
    assert await database.read(lambda db: db.execute("SELECT last FROM versions").fetchone()) == (7,)
    await database.aclose()
