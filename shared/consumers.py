"""Receiving events and tasks. Deliveries may be repeated, late and out of order."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from shared.clock import derive_id
from shared.deliveries import follow_delivery
from shared.messages import Event, EventEnvelope, Task, TaskEnvelope
from shared.store import Collection, Document, Transaction

if TYPE_CHECKING:
    from shared.services import Services

E = TypeVar("E", bound=Event)
K = TypeVar("K", bound=Task)

# Pub/Sub delivers an event for 7 days, keeps a dead letter for 31, and delivers a replay for 7 again
# (terraform/events.tf). Markers live a day longer than that.
MAX_REPLAY_AGE = timedelta(days=7 + 31)
MARKER_RETENTION = MAX_REPLAY_AGE + timedelta(days=7 + 1)


class Consumed(Document):
    """The marker of one event's effect by one consumer."""

    expires_at: datetime


CONSUMED = Collection("consumed", Consumed)


@dataclass(frozen=True)
class Delivery:
    """One delivery of an event to one consumer."""

    event_id: str
    time: datetime
    consumer: str
    received_at: datetime

    async def claim(self, tx: Transaction) -> bool:
        """Mark the event as consumed, in the transaction of its effect; False where it was already."""
        ref = CONSUMED.doc(derive_id(self.consumer, self.event_id))
        if await tx.get(ref) is not None:
            return False
        expires_at = max(self.time, self.received_at) + MARKER_RETENTION
        tx.create(ref, Consumed(id=ref.id, expires_at=expires_at))
        return True


EventHandler = Callable[["Services", Any, Delivery], Awaitable[None]]
TaskHandler = Callable[["Services", Any], Awaitable[None]]


@dataclass(frozen=True)
class _Consumer:
    name: str
    event: type[Event]
    handle: EventHandler


class UnknownTask(LookupError):
    """No handler of this group has the task's name."""


class Handlers:
    """The consumers and task handlers of one feature, or of a whole group when included."""

    def __init__(self) -> None:
        self._consumers: list[_Consumer] = []
        self._tasks: dict[str, tuple[type[Task], TaskHandler]] = {}

    def on(
        self, event: type[E], *, name: str
    ) -> Callable[
        [Callable[["Services", E, Delivery], Awaitable[None]]],
        Callable[["Services", E, Delivery], Awaitable[None]],
    ]:
        """Register a consumer. Its markers are stored by its name: never rename one that is deployed."""

        def register(
            handle: Callable[["Services", E, Delivery], Awaitable[None]],
        ) -> Callable[["Services", E, Delivery], Awaitable[None]]:
            self._consumers.append(_Consumer(name, event, handle))
            return handle

        return register

    def does(
        self, task: type[K]
    ) -> Callable[[Callable[["Services", K], Awaitable[None]]], Callable[["Services", K], Awaitable[None]]]:
        """Register the handler of a task."""

        def register(
            handle: Callable[["Services", K], Awaitable[None]],
        ) -> Callable[["Services", K], Awaitable[None]]:
            self._tasks[task.name] = (task, handle)
            return handle

        return register

    def include(self, *others: "Handlers") -> "Handlers":
        for other in others:
            self._consumers += other._consumers  # noqa: SLF001 - of its own class
            self._tasks |= other._tasks  # noqa: SLF001
        return self

    @property
    def event_types(self) -> frozenset[str]:
        return frozenset(consumer.event.type for consumer in self._consumers)

    @property
    def consumers(self) -> dict[str, str]:
        """The type of event of each consumer, by its name."""
        return {consumer.name: consumer.event.type for consumer in self._consumers}

    @property
    def task_names(self) -> frozenset[str]:
        return frozenset(self._tasks)

    def get_queue(self, task_name: str) -> str:
        """Return the name of the task's own queue, empty for the group's ordinary one or an unknown task."""
        known = self._tasks.get(task_name)
        return known[0].queue if known else ""

    async def consume(
        self, services: "Services", envelope: EventEnvelope, *, group: str = "", attempt: int | None = None
    ) -> None:
        """Pass the event to each of its consumers, or the one it names, then raise the first failure.

        `group` and `attempt` are for the log.
        """
        failure: Exception | None = None
        for consumer in self._consumers:
            if consumer.event.type == envelope.type and envelope.consumer in ("", consumer.name):
                delivery = Delivery(envelope.id, envelope.time, consumer.name, services.clock.now())
                try:
                    with follow_delivery(
                        services, envelope, group=group, attempt=attempt, consumer=consumer.name
                    ):
                        await consumer.handle(
                            services, consumer.event.model_validate(envelope.data), delivery
                        )
                except Exception as error:  # noqa: BLE001 - raised once the other consumers have the event
                    failure = failure or error
        if failure:
            raise failure

    async def run(self, services: "Services", envelope: TaskEnvelope, *, attempt: int | None = None) -> None:
        """Run the task's handler. Raises UnknownTask, and what the handler raises: the queue then retries.

        `attempt` is for the log.
        """
        if envelope.name not in self._tasks:
            raise UnknownTask(envelope.name)
        task, handle = self._tasks[envelope.name]
        with follow_delivery(services, envelope, group=envelope.group, attempt=attempt):
            await handle(services, task.model_validate(envelope.data))
