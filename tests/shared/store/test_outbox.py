"""Messages leave with the data, or not at all."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

import pytest

from shared.clock import ManualClock, SeededIds
from shared.errors import ServiceUnavailable
from shared.messages import Event, EventEnvelope, Task
from shared.outbox import OUTBOX, Outbox
from shared.queue import Queue
from shared.store import Meter, Store, Transaction, use_meter
from shared.tasks.embedded import EmbeddedTasks
from tests.shared.store.things import THINGS, Thing

REF = THINGS.doc("one", user="u")


class Happened(Event):
    type: ClassVar[str] = "thing.happened"

    thing: str


class DoIt(Task):
    name: ClassVar[str] = "thing.do"
    group: ClassVar[str] = "things"

    thing: str


class FailingEvents:
    """Takes events once it is told to work."""

    def __init__(self) -> None:
        self.works = False
        self.taken: list[EventEnvelope] = []

    async def publish(self, events: Sequence[EventEnvelope]) -> None:
        if not self.works:
            raise ServiceUnavailable
        self.taken += events


async def write_and_tell(tx: Transaction) -> None:
    tx.put(REF, Thing(id="one"))
    tx.publish(Happened(thing="one"))
    tx.enqueue(DoIt(thing="one"), key="one")


async def test_messages_are_sent_after_the_commit_and_the_entry_is_gone(
    store: Store, queue: Queue, clock: ManualClock
) -> None:
    with use_meter(Meter()) as spent:
        await store.transact(write_and_tell)
    waiting = {(message.topic, message.name, message.target) for message in await queue.list_waiting()}
    assert waiting == {("event", "thing.happened", ""), ("task", "thing.do", "things")}
    assert await store.find(OUTBOX.query()) == []
    assert (spent.writes, spent.deletes) == (2, 1)


async def test_nothing_is_sent_for_work_that_was_rolled_back(store: Store, queue: Queue) -> None:
    async def work(tx: Transaction) -> None:
        await write_and_tell(tx)
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(work)
    assert await queue.list_waiting() == []


async def test_tasks_of_one_key_are_one_task(store: Store, queue: Queue) -> None:
    await store.transact(write_and_tell)
    await store.transact(write_and_tell)
    assert sum(message.topic == "task" for message in await queue.list_waiting()) == 1


async def test_a_task_waits_for_its_time(store: Store, queue: Queue, clock: ManualClock) -> None:
    async def work(tx: Transaction) -> None:
        tx.enqueue(DoIt(thing="one"), at=clock.now() + timedelta(minutes=5))

    await store.transact(work)
    assert await queue.lease(clock.now(), limit=5) == []
    clock.advance(timedelta(minutes=5))
    assert [message.name for message in await queue.lease(clock.now(), limit=5)] == ["thing.do"]


async def test_what_could_not_be_sent_is_swept_later(store: Store, queue: Queue, clock: ManualClock) -> None:
    events = FailingEvents()
    outbox = Outbox(events, EmbeddedTasks(queue, clock), clock=clock, ids=SeededIds(9))
    failing = Store(store.backend, prepare=outbox.prepare, send=outbox.send)
    await failing.transact(write_and_tell)
    assert await store.get(REF) is not None
    assert await outbox.sweep(failing) == 0, "a fresh entry may still be on its way"
    clock.advance(timedelta(minutes=1))
    with pytest.raises(ServiceUnavailable):
        await outbox.sweep(failing)
    events.works = True
    assert await outbox.sweep(failing) == 1
    assert [event.data for event in events.taken] == [{"thing": "one"}]
    assert await outbox.sweep(failing, older_than=timedelta(0)) == 0
