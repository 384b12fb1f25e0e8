"""The embedded queue: at least once, with leases, backoff and dead letters."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.queue import MAX_ATTEMPTS, Message, Queue
from shared.store.database import Database

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queue]:
    database = Database(tmp_path / "queue.sqlite3", durable=False)
    yield Queue(database, lease=timedelta(minutes=1))
    await database.aclose()


def message(name: str = "m", *, due: timedelta = timedelta(0)) -> Message:
    return Message(id=name, topic="task", target="group", name="do", payload={"n": 1}, due_at=NOW + due)


async def test_the_most_overdue_come_first_and_only_what_is_due(queue: Queue) -> None:
    late, later = message("b", due=timedelta(seconds=-5)), message("a", due=timedelta(seconds=-1))
    await queue.push([later, late, message("c", due=timedelta(seconds=1))])
    assert [item.id for item in await queue.lease(NOW, limit=10)] == ["b", "a"]
    assert await queue.find_next_due() == NOW + timedelta(seconds=1)


async def test_the_same_id_is_taken_once(queue: Queue) -> None:
    await queue.push([message()])
    await queue.push([message()])
    assert len(await queue.list_waiting()) == 1


async def test_a_leased_message_is_hidden_until_its_lease_runs_out(queue: Queue) -> None:
    await queue.push([message()])
    assert len(await queue.lease(NOW, limit=1)) == 1
    assert await queue.lease(NOW, limit=1) == []
    again = await queue.lease(NOW + timedelta(minutes=1), limit=1)
    assert [item.attempts for item in again] == [1]


async def test_a_new_worker_takes_over_what_the_dead_one_held(queue: Queue) -> None:
    await queue.push([message()])
    await queue.lease(NOW, limit=1)
    await queue.release_all()
    assert len(await queue.lease(NOW, limit=1)) == 1


async def test_done_is_gone(queue: Queue) -> None:
    await queue.push([message()])
    (taken,) = await queue.lease(NOW, limit=1)
    await queue.complete(taken)
    assert await queue.list_waiting() == []
    assert await queue.find_next_due() is None


async def test_failures_wait_longer_each_time_and_end_as_a_dead_letter(queue: Queue) -> None:
    await queue.push([message()])
    now, pauses = NOW, []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (taken,) = await queue.lease(now, limit=1)
        alive = await queue.retry(taken, now=now, error=f"failure {attempt}")
        assert alive == (attempt < MAX_ATTEMPTS)
        if alive:
            due = await queue.find_next_due()
            assert due is not None
            pauses.append((due - now).total_seconds())
            now = due
    assert [0.5 * 2**n <= pause <= 2**n for n, pause in enumerate(pauses)] == [True] * len(pauses)
    (dead,) = await queue.list_dead_letters()
    assert (dead.message.id, dead.error) == ("m", f"failure {MAX_ATTEMPTS}")
    assert await queue.lease(now + timedelta(days=1), limit=1) == []


async def test_dead_letters_are_replayed(queue: Queue) -> None:
    await queue.push([message()])
    for day in range(MAX_ATTEMPTS):
        (taken,) = await queue.lease(NOW + timedelta(days=day), limit=1)
        await queue.retry(taken, now=NOW + timedelta(days=day), error="no")
    letters = [dead.message for dead in await queue.list_dead_letters()]
    assert await queue.replay_dead(letters, now=NOW) == 1
    assert [item.attempts for item in await queue.lease(NOW, limit=1)] == [0]


async def test_a_message_is_replaced_by_its_parts(queue: Queue) -> None:
    await queue.push([message("whole")])
    (whole,) = await queue.lease(NOW, limit=1)
    await queue.replace(whole, [message("part1"), message("part2")])
    assert {item.id for item in await queue.list_waiting()} == {"part1", "part2"}
