"""The local gateway and worker: what leaves with the data arrives, by HTTP, at least once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from infra.groups import GroupEntry
from infra.local.gateway import Gateway, delivery_token
from infra.local.worker import Worker
from shared.clock import ManualClock
from shared.consumers import Delivery, Handlers
from shared.group import Group
from shared.messages import Event, Task
from shared.outbox import OUTBOX, OutboxEntry
from shared.queue import MAX_ATTEMPTS
from shared.services import Services
from shared.store import Collection, Document, Transaction
from tests.deadlines import DEADLINE_SECONDS
from tests.stack import START, LateTransport, settings_for


class Rang(Event):
    type: ClassVar[str] = "bell.rang"

    bell: str


class Ring(Task):
    name: ClassVar[str] = "bell.ring"
    group: ClassVar[str] = "towers"

    bell: str


class Call(Ring):
    name: ClassVar[str] = "bell.call"
    queue: ClassVar[str] = "outside"


class Note(Document):
    text: str = ""


NOTES = Collection("notes", Note)


@dataclass
class Town:
    services: Services
    clock: ManualClock
    gateway: Gateway
    worker: Worker
    heard: list[str] = field(default_factory=list)
    broken: bool = False
    slow: asyncio.Event | None = None
    slow_begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def ring(self, bell: str) -> None:
        async def work(tx: Transaction) -> None:
            tx.put(NOTES.doc(bell), Note(id=bell))
            tx.publish(Rang(bell=bell))
            tx.enqueue(Ring(bell=bell))

        await self.services.store.transact(work)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    clock, transport = ManualClock(START), LateTransport()
    services = Services(settings_for(tmp_path), clock=clock, transport=transport)
    towers, houses = Handlers(), Handlers()
    groups = [
        (GroupEntry("towers", "towers", ("/towers/",)), Group("towers", [], towers)),
        (GroupEntry("houses", "houses", ("/houses/",)), Group("houses", [], houses)),
    ]
    gateway = Gateway(services, groups, {}, fallback="towers")
    transport.inner = httpx.ASGITransport(gateway)
    listeners = {"bell.rang": frozenset({"towers", "houses"})}
    town = Town(
        services, clock, gateway, Worker(services, listeners, http=services.http, queues=[("bell.call",)])
    )

    @towers.on(Rang, name="towers.hear")
    async def hear_in_tower(_: Services, event: Rang, delivery: Delivery) -> None:
        town.heard.append(f"tower {event.bell} {delivery.consumer}")

    @houses.on(Rang, name="houses.hear")
    async def hear_in_house(_: Services, event: Rang, __: Delivery) -> None:
        if town.broken:
            raise LookupError("deaf")
        town.heard.append(f"house {event.bell}")

    @towers.does(Ring)
    async def ring(_: Services, task: Ring) -> None:
        if task.bell == "slow" and town.slow:
            town.slow_begun.set()
            await town.slow.wait()
        town.heard.append(f"ring {task.bell}")

    @towers.does(Call)
    async def call(_: Services, task: Call) -> None:
        town.slow_begun.set()
        assert town.slow is not None
        await town.slow.wait()
        town.heard.append(f"call {task.bell}")

    yield town
    await services.aclose()


async def test_events_reach_every_subscribed_group_and_tasks_their_own(town: Town) -> None:
    await town.ring("big")
    await town.worker.drain()
    assert sorted(town.heard) == ["house big", "ring big", "tower big towers.hear"]
    assert await town.services.queue.list_waiting() == []


async def test_a_group_that_fails_gets_its_event_again_without_the_others(town: Town) -> None:
    town.broken = True
    await town.ring("big")
    await town.worker.drain()
    town.broken = False
    town.clock.advance(timedelta(seconds=2))
    await town.worker.drain()
    assert sorted(town.heard) == ["house big", "ring big", "tower big towers.hear"]


async def test_a_failure_that_lasts_ends_as_a_dead_letter_that_can_be_replayed(town: Town) -> None:
    town.broken = True
    await town.ring("big")
    for _ in range(MAX_ATTEMPTS):
        await town.worker.drain()
        town.clock.advance(timedelta(hours=1))
    (dead,) = await town.services.queue.list_dead_letters()
    assert (dead.message.target, dead.error) == ("houses", "500 LookupError: deaf")
    town.broken = False
    await town.services.queue.replay_dead([dead.message], now=town.clock.now())
    await town.worker.drain()
    assert "house big" in town.heard


async def test_a_task_that_nobody_knows_ends_as_a_dead_letter(town: Town) -> None:
    class Melt(Task):
        name: ClassVar[str] = "bell.melt"
        group: ClassVar[str] = "towers"

    async def work(tx: Transaction) -> None:
        tx.enqueue(Melt())

    await town.services.store.transact(work)
    for _ in range(MAX_ATTEMPTS):
        await town.worker.drain()
        town.clock.advance(timedelta(hours=1))
    assert [dead.message.name for dead in await town.services.queue.list_dead_letters()] == ["bell.melt"]


async def test_deliveries_need_the_workers_token(town: Town) -> None:
    transport = httpx.ASGITransport(town.gateway)
    async with httpx.AsyncClient(transport=transport, base_url="http://town.test") as stranger:
        refused = await stranger.post("/_local/deliver/towers/tasks", json={"name": "bell.ring", "data": {}})
        token = {"Authorization": f"Bearer {delivery_token(town.services)}"}
        lost = await stranger.post("/_local/deliver/nowhere/tasks", headers=token, json={})
        broken = await stranger.post("/_local/deliver/towers/events", headers=token, content=b"no event")
    assert (refused.status_code, lost.status_code, broken.status_code) == (403, 404, 400)
    assert town.heard == []


async def test_unknown_paths_are_answered_404(town: Town) -> None:
    transport = httpx.ASGITransport(town.gateway)
    async with httpx.AsyncClient(transport=transport, base_url="http://town.test") as http:
        for path in ("/towers", "/houses/x", "/", "/elsewhere"):
            answer = await http.get(path)
            assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_NOT_FOUND")


async def test_the_worker_delivers_by_itself(town: Town) -> None:
    running = asyncio.create_task(town.worker.run())
    await asyncio.sleep(0)
    await town.ring("small")
    async with asyncio.timeout(DEADLINE_SECONDS):
        while len(town.heard) < 3:  # noqa: ASYNC110 - the list is all there is to watch
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_a_slow_delivery_holds_up_no_other(town: Town) -> None:
    town.slow = asyncio.Event()
    running = asyncio.create_task(town.worker.run())
    await town.ring("slow")
    async with asyncio.timeout(DEADLINE_SECONDS):
        await town.slow_begun.wait()
        await town.ring("quick")
        while "ring quick" not in town.heard:  # noqa: ASYNC110 - the list is all there is to watch
            await asyncio.sleep(0.01)
    assert "ring slow" not in town.heard
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_a_new_worker_sends_what_the_old_one_left_in_the_outbox(town: Town) -> None:
    outgoing = town.services.outbox.prepare([Rang(bell="late")])
    entry = OutboxEntry.model_validate({"id": outgoing.id, **outgoing.write.data})
    await town.services.store.put(OUTBOX.doc(outgoing.id), entry)
    await town.worker.recover()
    await town.worker.drain()
    assert "house late" in town.heard


async def test_a_queue_of_its_own_that_is_full_holds_up_no_other(town: Town) -> None:
    town.slow = asyncio.Event()

    async def enqueue_calls(tx: Transaction) -> None:
        for number in range(20):
            tx.enqueue(Call(bell=str(number)))

    await town.services.store.transact(enqueue_calls)
    running = asyncio.create_task(town.worker.run())
    async with asyncio.timeout(DEADLINE_SECONDS):
        await town.slow_begun.wait()
        await town.ring("big")
        while len(town.heard) < 3:  # noqa: ASYNC110 - the list is all there is to watch
            await asyncio.sleep(0.01)
        assert sorted(town.heard) == ["house big", "ring big", "tower big towers.hear"]
        town.slow.set()
        while len(town.heard) < 23:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
