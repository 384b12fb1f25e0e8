"""The outbox: messages stored in the transaction that causes them, sent after it, swept after a crash."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from pydantic import TypeAdapter

from shared.clock import Clock, Ids, derive_id
from shared.dead_letters import DEAD_ENTRIES, DeadEntry, describe_error
from shared.errors import RequestRefused, ServiceUnavailable
from shared.events import Events
from shared.messages import Event, EventEnvelope, Scheduled, TaskEnvelope
from shared.retries import RetryPolicy
from shared.store.collection import Collection
from shared.store.documents import Document, dump_document
from shared.store.facade import Outgoing, Store, Transaction
from shared.store.query import Query
from shared.store.values import Write
from shared.tasks import Tasks
from shared.trace import get_trace

log = logging.getLogger(__name__)

_SWEEP_AFTER = timedelta(seconds=30)
_SWEEP_TIME = timedelta(seconds=50)  # of the minute until the next sweep
_PAGE_ENTRIES = 200
_MAX_CONCURRENT = 32
# A pause shorter than the five minutes over which the alert looks: each entry is seen in each of its windows.
_RETRIES = RetryPolicy(
    first_pause=timedelta(seconds=30), max_pause=timedelta(minutes=2), max_attempts=20, jitter=0.0
)
# Firestore takes about 500 writes a second of entries whose indexed values rise together; each shard is an
# index range of its own. One `in` filter reads up to 30.
_SHARDS = 16


class OutboxEntry(Document):
    """The messages of one transaction until they are sent.

    Loosely typed, so that a malformed entry, or one of another version, can still be counted and put aside.
    """

    created_at: Any = None
    due_at: Any = None  # when the sweep tries it; entries of older versions have neither this nor a shard
    shard: Any = None
    attempts: Any = 0  # of sweeps that failed
    error: Any = None  # of the last of them
    events: Any = ()
    tasks: Any = ()


OUTBOX = Collection("outbox", OutboxEntry)
_EVENTS = TypeAdapter(tuple[EventEnvelope, ...])
_TASKS = TypeAdapter(tuple[TaskEnvelope, ...])


@dataclass
class Sweep:
    """The numbers of entries that a sweep sent, left for later, and put aside as dead.

    `oldest_seconds` is the age of the oldest one that it found.
    """

    sent: int = 0
    failed: int = 0
    dead: int = 0
    oldest_seconds: float = 0.0


def create_entry(
    entry_id: str,
    *,
    now: datetime,
    events: Sequence[EventEnvelope] = (),
    tasks: Sequence[TaskEnvelope] = (),
) -> OutboxEntry:
    """Return the entry that stores the messages until they are sent."""
    return OutboxEntry(
        id=entry_id,
        created_at=now,
        due_at=now,
        shard=_choose_shard(entry_id),
        events=_EVENTS.dump_python(tuple(events), mode="json"),
        tasks=_TASKS.dump_python(tuple(tasks), mode="json"),
    )


class Outbox:
    """Sends the messages of transactions by the ports of events and tasks."""

    def __init__(self, events: Events, tasks: Tasks, *, clock: Clock, ids: Ids) -> None:
        self._events = events
        self._tasks = tasks
        self._clock = clock
        self._ids = ids

    def prepare(self, messages: Sequence[Event | Scheduled]) -> Outgoing:
        """Wrap the messages in envelopes with ids, and build the write that stores them."""
        now, entry_id = self._clock.now(), self._ids.new()
        events = tuple(self._wrap_event(item, now) for item in messages if isinstance(item, Event))
        tasks = tuple(self._wrap_task(item) for item in messages if isinstance(item, Scheduled))
        entry = create_entry(entry_id, now=now, events=events, tasks=tasks)
        write = Write("create", OUTBOX.doc(entry_id).path, dump_document(entry))
        return Outgoing(entry_id, events, tasks, write)

    async def send(self, outgoing: Outgoing) -> bool:
        """Send the messages; False where some could not be sent and the sweep has to."""
        try:
            await self._publish(outgoing.events)
            await self._enqueue(outgoing.tasks)
        except ServiceUnavailable as error:
            log.warning("messages of %s not sent; a sweep or a repetition will: %s", outgoing.id, error)
            return False
        except Exception:  # the data is committed: the request must not fail any more
            log.exception("messages of %s not sent; a sweep or a repetition will", outgoing.id)
            return False
        return True

    async def sweep(
        self, store: Store, *, older_than: timedelta = _SWEEP_AFTER, within: timedelta = _SWEEP_TIME
    ) -> Sweep:
        """Send what a crash or an outage left behind, several entries at once, until none is due.

        No entry is begun after the time `within`. An entry that fails is tried again later, behind the
        others. One that is refused each time ends as a dead entry, which `infra.replay` brings back; an
        outage kills none.
        """
        now = self._clock.now()
        sweep, end, tried = Sweep(), now + within, set[str]()
        for query in (_query_due(now - older_than), OUTBOX.query().limit(_PAGE_ENTRIES)):
            while self._clock.now() < end:
                found = [entry for entry in await store.find(query) if entry.id not in tried]
                if query.filters:
                    entries = found
                else:
                    entries = [entry for entry in found if _is_unindexed(entry, now - older_than)]
                if not entries:
                    break
                tried.update(entry.id for entry in entries)
                await self._send_all(store, entries, end, sweep)
        fields = {
            "outbox_oldest_seconds": round(sweep.oldest_seconds, 1),
            "sent": sweep.sent,
            "failed": sweep.failed,
            "dead": sweep.dead,
        }
        log.info("outbox swept", extra={"fields": fields})
        return sweep

    async def _send_all(
        self, store: Store, entries: Sequence[OutboxEntry], end: datetime, sweep: Sweep
    ) -> None:
        waiting = iter(entries)
        await asyncio.gather(
            *(self._send_some(store, waiting, end, sweep) for _ in range(min(_MAX_CONCURRENT, len(entries))))
        )

    async def _send_some(
        self, store: Store, waiting: Iterator[OutboxEntry], end: datetime, sweep: Sweep
    ) -> None:
        for entry in waiting:
            sweep.oldest_seconds = max(sweep.oldest_seconds, self._measure_age(entry))
            if self._clock.now() >= end:
                return
            try:
                await self._settle(store, entry, sweep)
            except Exception:
                log.exception("outbox entry %s not settled; leaving it to the next sweep", entry.id)
                sweep.failed += 1

    async def _settle(self, store: Store, entry: OutboxEntry, sweep: Sweep) -> None:
        """Send one entry and delete it, or note what is left of it for a later sweep."""
        left, errors = await self._resend(entry)
        if not errors:
            await store.delete(OUTBOX.doc(entry.id))
            sweep.sent += 1
        elif await self._note_failure(store, entry, left, errors):
            sweep.dead += 1
        else:
            sweep.failed += 1

    async def _resend(self, entry: OutboxEntry) -> tuple[dict[str, Any], list[Exception]]:
        """Send the events and the tasks each by themselves; return those left, and the errors."""
        left: dict[str, Any] = {"events": (), "tasks": ()}
        errors: list[Exception] = []
        try:
            await self._publish(_EVENTS.validate_python(entry.events))
        except Exception as error:  # noqa: BLE001 - none may hold up other entries
            left["events"] = entry.events
            errors.append(error)
        try:
            await self._enqueue(_TASKS.validate_python(entry.tasks))
        except Exception as error:  # noqa: BLE001
            left["tasks"] = entry.tasks
            errors.append(error)
        return left, errors

    async def _note_failure(
        self, store: Store, entry: OutboxEntry, left: dict[str, Any], errors: Sequence[Exception]
    ) -> bool:
        """Put the entry behind the others; return whether it is dead instead."""
        now, ref = self._clock.now(), OUTBOX.doc(entry.id)
        attempts = (entry.attempts if isinstance(entry.attempts, int) else 0) + 1
        dead = _RETRIES.is_last(attempts) and any(map(_is_refusal, errors))
        error = describe_error(errors[0])

        async def work(tx: Transaction) -> None:
            if await tx.get(ref) is None:
                return  # another sweep sent it
            if dead:
                tx.put(
                    DEAD_ENTRIES.doc(entry.id),
                    DeadEntry(
                        id=entry.id, created_at=entry.created_at, died_at=now, error=error,
                        attempts=attempts, **left,
                    ),
                )  # fmt: skip
                tx.delete(ref)
                return
            due = now + _RETRIES.pause_after(attempts)
            shard = _choose_shard(entry.id)
            tx.merge(ref, {"attempts": attempts, "due_at": due, "shard": shard, "error": error, **left})

        await store.transact(work)
        fields = {"entry": entry.id, "attempts": attempts}
        if dead:
            fields["dead_task"] = "outbox.entry"  # the alert on tasks that failed for good counts it too
            log.error("outbox entry %s is dead: %s", entry.id, error, extra={"fields": fields})
        else:
            log.warning("outbox entry %s not sent; retrying: %s", entry.id, error, extra={"fields": fields})
        return dead

    def _measure_age(self, entry: OutboxEntry) -> float:
        """Return the seconds since the entry was stored, 0 where it does not tell."""
        if not isinstance(entry.created_at, datetime):
            return 0.0
        return max(0.0, (self._clock.now() - entry.created_at).total_seconds())

    async def _publish(self, events: Sequence[EventEnvelope]) -> None:
        if events:
            await self._events.publish(events)

    async def _enqueue(self, tasks: Sequence[TaskEnvelope]) -> None:
        if tasks:
            await self._tasks.enqueue(tasks)

    def _wrap_event(self, event: Event, now: datetime) -> EventEnvelope:
        return EventEnvelope(
            self._ids.new(), event.type, now, event.model_dump(mode="json"), **_describe_origin()
        )

    def _wrap_task(self, item: Scheduled) -> TaskEnvelope:
        task_id = derive_id(item.task.name, item.key) if item.key else self._ids.new()
        return TaskEnvelope(
            task_id,
            item.task.name,
            item.task.group,
            item.task.model_dump(mode="json"),
            item.at,
            queue=item.task.queue,
            **_describe_origin(),
        )


def _choose_shard(entry_id: str) -> int:
    return crc32(entry_id.encode()) % _SHARDS


def _query_due(before: datetime) -> Query[OutboxEntry]:
    return (
        OUTBOX.query()
        .where("shard", "in", list(range(_SHARDS)))
        .where("due_at", "<=", before)
        .order_by("due_at")
        .limit(_PAGE_ENTRIES)
    )


def _is_unindexed(entry: OutboxEntry, before: datetime) -> bool:
    """Tell whether the query of due entries misses it: one of an older version, or malformed."""
    if entry.shard in range(_SHARDS) and isinstance(entry.due_at, datetime):
        return False
    return not isinstance(entry.created_at, datetime) or entry.created_at <= before


def _is_refusal(error: Exception) -> bool:
    """Tell whether the message itself is at fault, not the service."""
    return isinstance(error, RequestRefused) or not isinstance(error, ServiceUnavailable)


def _describe_origin() -> dict[str, str]:
    """Return the trace and the request that a message comes from, as the fields of its envelope."""
    trace = get_trace()
    return {"trace": trace.parent, "request_id": trace.request_id} if trace else {}
