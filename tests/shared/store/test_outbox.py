"""Messages leave with the data, or not at all."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

import pytest

from shared.clock import ManualClock, SeededIds
from shared.dead_letters import DEAD_ENTRIES
from shared.errors import RequestRefused, ServiceUnavailable
from shared.messages import Event, EventEnvelope, Task
from shared.outbox import OUTBOX, Outbox, Sweep
from shared.queue import Queue
from shared.store import Meter, Store, Transaction, use_meter
from shared.tasks.embedded import EmbeddedTasks
from tests.shared.store.things import THINGS, Thing, write

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
    assert await outbox.sweep(failing) == Sweep(), "a fresh entry may still be on its way"
    clock.advance(timedelta(minutes=1))
    assert await outbox.sweep(failing) == Sweep(failed=1, oldest_seconds=60)
    assert [message.name for message in await queue.list_waiting()] == ["thing.do"], "a task of its own"
    events.works = True
    clock.advance(timedelta(minutes=1))
    assert await outbox.sweep(failing) == Sweep(sent=1, oldest_seconds=120)
    assert [event.data for event in events.taken] == [{"thing": "one"}]
    assert await outbox.sweep(failing, older_than=timedelta(0)) == Sweep()


async def leave_behind(store: Store, outbox: Outbox, number: int) -> list[str]:
    """Store entries as a crash right after the commit leaves them; return their ids."""
    ids = []
    for place in range(number):
        outgoing = outbox.prepare([Happened(thing=str(place))])
        await write(store.backend, ("put", f"outbox/{outgoing.id}", outgoing.write.data))
        ids.append(outgoing.id)
    return ids


class PickyEvents(FailingEvents):
    """Refuses some events: as invalid, by an unexpected error, or as one that is down."""

    def __init__(self, clock: ManualClock, faults: Mapping[str, Exception]) -> None:
        super().__init__()
        self.faults = faults
        self.seconds = 0.0  # that each publication takes
        self._clock = clock

    async def publish(self, events: Sequence[EventEnvelope]) -> None:
        self._clock.advance(timedelta(seconds=self.seconds))
        for event in events:
            if fault := self.faults.get(event.data["thing"]):
                raise fault
        self.taken += events


async def test_poisoned_entries_hold_up_no_other_and_end_as_dead(
    store: Store, queue: Queue, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    faults = {"0": RequestRefused("invalid"), "1": KeyError("unexpected"), "2": ServiceUnavailable()}
    events = PickyEvents(clock, faults)
    outbox = Outbox(events, EmbeddedTasks(queue, clock), clock=clock, ids=SeededIds(9))
    stored = await leave_behind(store, outbox, 8)
    malformed = {"created_at": clock.now(), "shard": 3, "due_at": clock.now(), "events": "?"}
    odd = {"created_at": "yesterday", "shard": {"a": 1}, "events": [{"id": 1}]}
    await write(store.backend, ("put", "outbox/malformed", malformed), ("put", "outbox/odd", odd))
    clock.advance(timedelta(minutes=1))
    sweep = await outbox.sweep(store)
    assert (sweep.sent, sweep.failed, sweep.dead) == (5, 5, 0)
    assert sorted(event.data["thing"] for event in events.taken) == ["3", "4", "5", "6", "7"]
    deaths = 0
    for _ in range(60):
        clock.advance(timedelta(minutes=1))
        deaths += (await outbox.sweep(store)).dead
    assert deaths == 4
    dead = {entry.id: entry for entry in await store.find(DEAD_ENTRIES.query())}
    assert set(dead) == {stored[0], stored[1], "malformed", "odd"}
    assert {entry.attempts for entry in dead.values()} == {20}
    assert dead[stored[0]].error == "RequestRefused: invalid"
    assert dead[stored[1]].error == "KeyError: 'unexpected'"
    assert [entry.id for entry in await store.find(OUTBOX.query())] == [stored[2]], "an outage kills none"
    lines = [vars(record)["fields"] for record in caplog.records if record.levelname == "ERROR"]
    assert [line["dead_task"] for line in lines] == ["outbox.entry"] * 4
    events.faults = {}
    clock.advance(timedelta(minutes=3))
    assert (await outbox.sweep(store)).sent == 1


async def test_a_sweep_works_to_its_deadline_and_tells_the_oldest_age(
    store: Store, queue: Queue, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    events = PickyEvents(clock, {})
    outbox = Outbox(events, EmbeddedTasks(queue, clock), clock=clock, ids=SeededIds(9))
    await leave_behind(store, outbox, 250)
    clock.advance(timedelta(minutes=10))
    events.seconds = 0.5
    first = await outbox.sweep(store)
    assert 100 <= first.sent <= 132, "none is begun after 50 seconds"
    assert first.oldest_seconds >= 600
    events.seconds = 0.0
    assert first.sent + (await outbox.sweep(store)).sent == 250, "more than a page"
    assert await store.find(OUTBOX.query()) == []
    lines = [vars(record)["fields"] for record in caplog.records if record.message == "outbox swept"]
    assert [line["outbox_oldest_seconds"] >= 600 for line in lines] == [True, True]


async def test_entries_of_older_versions_are_sent(store: Store, outbox: Outbox, queue: Queue) -> None:
    outgoing = outbox.prepare([Happened(thing="one")])
    older = {name: outgoing.write.data[name] for name in ("created_at", "events", "tasks")}
    await write(store.backend, ("put", f"outbox/{outgoing.id}", older))
    assert (await outbox.sweep(store, older_than=timedelta(0))).sent == 1
    assert [message.name for message in await queue.list_waiting()] == ["thing.happened"]


async def test_an_unexpected_error_after_the_commit_fails_no_request(
    store: Store, queue: Queue, clock: ManualClock
) -> None:
    events = PickyEvents(clock, {"one": KeyError("unexpected")})
    outbox = Outbox(events, EmbeddedTasks(queue, clock), clock=clock, ids=SeededIds(9))
    failing = Store(store.backend, prepare=outbox.prepare, send=outbox.send)
    await failing.transact(write_and_tell)
    assert await store.get(REF) is not None
    assert len(await store.find(OUTBOX.query())) == 1


async def test_two_sweeps_at_once_leave_nothing_behind(store: Store, outbox: Outbox, queue: Queue) -> None:
    await leave_behind(store, outbox, 40)
    sweeps = await asyncio.gather(*(outbox.sweep(store, older_than=timedelta(0)) for _ in range(2)))
    assert sum(sweep.failed for sweep in sweeps) == 0
    assert await store.find(OUTBOX.query()) == []
    assert len(await queue.list_waiting()) == 40


def test_entries_spread_over_the_shards(outbox: Outbox) -> None:
    shards = Counter(outbox.prepare([Happened(thing="one")]).write.data["shard"] for _ in range(1600))
    assert len(shards) == 16
    assert max(shards.values()) < 2 * 100
