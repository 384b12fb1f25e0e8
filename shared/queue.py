"""The durable queue of the local stack: leases, retries with backoff, dead letters, one SQLite table."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from shared.retries import RetryPolicy
from shared.store.database import Database
from shared.store.sqlite_codec import format_instant

Topic = Literal["event", "task"]

MAX_ATTEMPTS = 10  # over about nine minutes
DELIVERY_RETRIES = RetryPolicy(
    first_pause=timedelta(seconds=1), max_pause=timedelta(minutes=5), max_attempts=MAX_ATTEMPTS, jitter=0.5
)
_COLUMNS = "id, topic, target, name, payload, due_at, attempts"


@dataclass(frozen=True)
class Message:
    """A message to the group `target`; `attempts` counts the deliveries so far."""

    id: str
    topic: Topic
    target: str
    name: str
    payload: dict[str, Any]
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed MAX_ATTEMPTS times, with the last error."""

    message: Message
    error: str


class Queue:
    """Delivers at least once: a message stays until `complete` is called for it."""

    def __init__(self, database: Database, *, lease: timedelta = timedelta(minutes=10)) -> None:
        self._database = database
        self._lease = lease
        self.pushed = asyncio.Event()  # wakes the worker of this process

    async def push(self, messages: Sequence[Message]) -> None:
        """Add the messages that are not queued yet, all or nothing."""
        await self._database.write(lambda db: _insert(db, messages))
        self.pushed.set()

    async def lease(
        self, now: datetime, *, limit: int, names: Collection[str] = (), other_than: Collection[str] = ()
    ) -> list[Message]:
        """Lease the most overdue messages: hidden until completed, retried, or the lease expires.

        Only those of the `names`, where there are any, and none of the names `other_than`.
        """
        chosen = f" AND name IN ({_marks(names)})" if names else ""
        chosen += f" AND name NOT IN ({_marks(other_than)})" if other_than else ""

        def take(db: sqlite3.Connection) -> list[Message]:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM queue WHERE state = 'waiting' AND due_at <= ?"  # noqa: S608
                f" AND (leased_until IS NULL OR leased_until <= ?){chosen} ORDER BY due_at, id LIMIT ?",
                (format_instant(now), format_instant(now), *names, *other_than, limit),
            ).fetchall()
            until = format_instant(now + self._lease)
            db.executemany(
                "UPDATE queue SET leased_until = ?, attempts = attempts + 1 WHERE id = ?",
                [(until, row[0]) for row in rows],
            )
            return [_parse_message(row) for row in rows]

        return await self._database.write(take)

    async def replace(self, message: Message, parts: Sequence[Message]) -> None:
        """Replace `message` by `parts`."""

        def swap(db: sqlite3.Connection) -> None:
            _insert(db, parts)
            _delete(db, message.id)

        await self._database.write(swap)

    async def complete(self, message: Message) -> None:
        await self._database.write(lambda db: _delete(db, message.id))

    async def retry(self, message: Message, *, now: datetime, error: str) -> bool:
        """Schedule another delivery; False where the message became a dead letter instead."""
        attempt = message.attempts + 1
        dead = DELIVERY_RETRIES.is_last(attempt)
        pause = DELIVERY_RETRIES.pause_after(attempt, chance=random.random())  # noqa: S311 - jitter
        await self._database.run_atomically(
            lambda db: db.execute(
                "UPDATE queue SET state = ?, due_at = ?, leased_until = NULL, error = ? WHERE id = ?",
                ("dead" if dead else "waiting", format_instant(now + pause), error[:500], message.id),
            )
        )
        return not dead

    async def release_all(self) -> None:
        """Release every lease, for a worker that starts and is the only one."""
        await self._database.run_atomically(lambda db: db.execute("UPDATE queue SET leased_until = NULL"))

    async def find_next_due(self) -> datetime | None:
        """Return when the next waiting message is due."""
        row = await self._database.run(
            lambda db: db.execute(
                "SELECT min(max(due_at, coalesce(leased_until, due_at))) FROM queue WHERE state = 'waiting'"
            ).fetchone()
        )
        return datetime.fromisoformat(row[0]) if row[0] else None

    async def list_waiting(self) -> list[Message]:
        """Return the messages that are not delivered yet, soonest first."""
        text = f"SELECT {_COLUMNS} FROM queue WHERE state = 'waiting' ORDER BY due_at, id"  # noqa: S608
        rows = await self._database.run(lambda db: db.execute(text).fetchall())
        return [_parse_message(row) for row in rows]

    async def list_dead_letters(self) -> list[DeadLetter]:
        text = f"SELECT {_COLUMNS}, error FROM queue WHERE state = 'dead' ORDER BY due_at, id"  # noqa: S608
        rows = await self._database.run(lambda db: db.execute(text).fetchall())
        return [DeadLetter(_parse_message(row), row[7]) for row in rows]

    async def replay_dead(self, letters: Sequence[Message], *, now: datetime, consumer: str = "") -> int:
        """Queue dead letters again, for one consumer if it is named; return their number."""
        text = (
            "UPDATE queue SET state = 'waiting', attempts = 0, due_at = ?, payload = ?"
            " WHERE id = ? AND state = 'dead'"
        )
        target = {"consumer": consumer} if consumer else {}
        rows = [
            (format_instant(now), json.dumps({**letter.payload, **target}), letter.id) for letter in letters
        ]

        def revive(db: sqlite3.Connection) -> int:
            return sum(db.execute(text, row).rowcount for row in rows)

        return await self._database.run_atomically(revive)


def _insert(db: sqlite3.Connection, messages: Sequence[Message]) -> None:
    db.executemany(
        "INSERT INTO queue (id, topic, target, name, payload, due_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING",
        [
            (
                item.id,
                item.topic,
                item.target,
                item.name,
                json.dumps(item.payload),
                format_instant(item.due_at),
            )
            for item in messages
        ],
    )


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" for _ in values)


def _delete(db: sqlite3.Connection, message_id: str) -> None:
    db.execute("DELETE FROM queue WHERE id = ?", (message_id,))


def _parse_message(row: Sequence[Any]) -> Message:
    return Message(row[0], row[1], row[2], row[3], json.loads(row[4]), datetime.fromisoformat(row[5]), row[6])
