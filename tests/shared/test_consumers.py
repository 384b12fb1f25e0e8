"""Events and tasks reach their handlers; a repeated delivery has no second effect."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from shared.consumers import Delivery, Handlers, UnknownTask
from shared.messages import Event, EventEnvelope, Task, TaskEnvelope
from shared.services import Services
from shared.settings import Settings
from shared.store import Collection, Document, Increment, Transaction

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Counter(Document):
    number: int = 0


COUNTERS = Collection("counters", Counter)
REF = COUNTERS.doc("one")


class Rang(Event):
    type: ClassVar[str] = "bell.rang"

    times: int = 1


class Ring(Task):
    name: ClassVar[str] = "bell.ring"
    group: ClassVar[str] = "bells"

    times: int


handlers = Handlers()


@handlers.on(Rang, name="counter")
async def count(services: Services, event: Rang, delivery: Delivery) -> None:
    async def work(tx: Transaction) -> None:
        if await delivery.claim(tx):
            tx.merge(REF, {"number": Increment(event.times)})

    await services.store.transact(work)


@handlers.does(Ring)
async def ring(services: Services, task: Ring) -> None:
    await services.store.merge(REF, {"number": task.times})


failing = Handlers()


@failing.on(Rang, name="broken")
async def broken(services: Services, event: Rang, delivery: Delivery) -> None:
    raise LookupError


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    services = Services(Settings(data_dir=tmp_path))
    yield services
    await services.aclose()


async def counted(services: Services) -> int:
    found = await services.store.get(REF)
    return found.number if found else 0


def event(event_id: str = "e1") -> EventEnvelope:
    return EventEnvelope(event_id, Rang.type, NOW, {"times": 2})


async def test_an_event_delivered_again_changes_nothing(services: Services) -> None:
    for event_id in ("e1", "e1", "e2", "e1"):
        await handlers.consume(services, event(event_id))
    assert await counted(services) == 4


async def test_one_failing_consumer_does_not_keep_the_others_from_their_turn(services: Services) -> None:
    both = Handlers().include(failing, handlers)
    with pytest.raises(LookupError):
        await both.consume(services, event())
    assert await counted(services) == 2
    with pytest.raises(LookupError):
        await both.consume(services, event())
    assert await counted(services) == 2


async def test_events_of_other_types_are_nobodys(services: Services) -> None:
    await handlers.consume(services, EventEnvelope("e", "other", NOW, {}))
    assert await counted(services) == 0


async def test_a_task_runs_and_an_unknown_one_is_told(services: Services) -> None:
    await handlers.run(services, TaskEnvelope("t", Ring.name, "bells", {"times": 7}))
    assert await counted(services) == 7
    with pytest.raises(UnknownTask):
        await handlers.run(services, TaskEnvelope("t", "bell.melt", "bells", {}))


def test_handlers_tell_what_they_take() -> None:
    assert handlers.event_types == {"bell.rang"}
    assert handlers.task_names == {"bell.ring"}
