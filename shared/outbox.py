"""The outbox: messages stored in the transaction that causes them, sent after it, swept after a crash."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from shared.clock import Clock, Ids, derive_id
from shared.errors import ServiceUnavailable
from shared.events import Events
from shared.messages import Event, EventEnvelope, Scheduled, TaskEnvelope
from shared.store.collection import Collection
from shared.store.documents import Document, dump_document
from shared.store.facade import Outgoing, Store
from shared.store.values import Write
from shared.tasks import Tasks

log = logging.getLogger(__name__)

_SWEEP_AFTER = timedelta(seconds=30)
_SWEEP_BATCH = 100


class OutboxEntry(Document):
    """The messages of one transaction until they are sent."""

    created_at: datetime
    events: tuple[dict[str, Any], ...] = ()
    tasks: tuple[dict[str, Any], ...] = ()


OUTBOX = Collection("outbox", OutboxEntry)
_EVENTS = TypeAdapter(tuple[EventEnvelope, ...])
_TASKS = TypeAdapter(tuple[TaskEnvelope, ...])


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
        entry = OutboxEntry(
            id=entry_id,
            created_at=now,
            events=tuple(_EVENTS.dump_python(events, mode="json")),
            tasks=tuple(_TASKS.dump_python(tasks, mode="json")),
        )
        return Outgoing(
            entry_id, events, tasks, Write("create", OUTBOX.doc(entry_id).path, dump_document(entry))
        )

    async def send(self, outgoing: Outgoing) -> bool:
        """Send the messages; False where some could not be sent and the sweep has to."""
        try:
            await self._hand_over(outgoing.events, outgoing.tasks)
        except ServiceUnavailable as error:
            log.warning("outbox entry %s not sent; leaving it to the sweep: %s", outgoing.id, error)
            return False
        return True

    async def sweep(self, store: Store, *, older_than: timedelta = _SWEEP_AFTER) -> int:
        """Send what a crash or an outage left behind; return the number of entries."""
        before = self._clock.now() - older_than
        entries = await store.find(OUTBOX.query().where("created_at", "<=", before).limit(_SWEEP_BATCH))
        for entry in entries:
            events, tasks = _EVENTS.validate_python(entry.events), _TASKS.validate_python(entry.tasks)
            await self._hand_over(events, tasks)
            await store.delete(OUTBOX.doc(entry.id))
        return len(entries)

    async def _hand_over(self, events: Sequence[EventEnvelope], tasks: Sequence[TaskEnvelope]) -> None:
        if events:
            await self._events.publish(events)
        if tasks:
            await self._tasks.enqueue(tasks)

    def _wrap_event(self, event: Event, now: datetime) -> EventEnvelope:
        return EventEnvelope(self._ids.new(), event.type, now, event.model_dump(mode="json"))

    def _wrap_task(self, item: Scheduled) -> TaskEnvelope:
        task_id = derive_id(item.task.name, item.key) if item.key else self._ids.new()
        return TaskEnvelope(
            task_id, item.task.name, item.task.group, item.task.model_dump(mode="json"), item.at
        )
