"""The two ways of events, each with all that delivers them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import httpx
from google.pubsub_v1 import (
    DeadLetterPolicy,
    PublisherAsyncClient,
    PubsubMessage,
    PushConfig,
    SubscriberAsyncClient,
)
from starlette.applications import Starlette
from starlette.routing import Mount

from infra.groups import GroupEntry
from infra.local.gateway import Gateway
from infra.local.worker import Worker
from infra.replay.events import replay_events
from infra.replay.letters import Replayed, Selection
from infra.replay.stored import replay_queue
from shared.clock import ManualClock
from shared.events import Events
from shared.events.embedded import EmbeddedEvents
from shared.events.pubsub import PubSubEvents, create_publisher, create_subscriber
from shared.queue import MAX_ATTEMPTS
from shared.services import Services
from tests.deadlines import PROCESS_SECONDS
from tests.loopback import listening
from tests.shared.bells import Rang, Tower
from tests.shared.entry_points import events_of

PROJECT = "tests"
BASE_URL = "http://stack.test"
ANY = Selection()


class Side(Protocol):
    """`towers` are subscribed, with `attempts` for each delivery."""

    @property
    def attempts(self) -> int: ...
    @property
    def events(self) -> Events: ...
    @property
    def services(self) -> Services: ...
    @property
    def towers(self) -> Sequence[Tower]: ...

    async def step(self) -> None:
        """Let a little time pass and something be delivered."""
        ...

    async def replay(self, selection: Selection = ANY, *, dry: bool = False) -> Replayed:
        """Deliver dead letters again, or list them, as the command does."""
        ...


async def until(side: Side, true: Callable[[], Awaitable[bool]], *, seconds: float = PROCESS_SECONDS) -> None:
    """Deliver until `true`. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await true():
            await side.step()


class EmbeddedSide:
    """One more group of the product is not subscribed."""

    attempts = MAX_ATTEMPTS

    def __init__(self, services: Services, clock: ManualClock, towers: Sequence[Tower]) -> None:
        self.events = EmbeddedEvents(services.queue)
        self.services = services
        self.towers = towers
        self._clock = clock
        groups = [(GroupEntry(tower.name, "", ()), tower.group()) for tower in (*towers, Tower("deaf"))]
        gateway = Gateway(services, groups, {}, fallback="deaf")
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(gateway))
        subscribed = {Rang.type: frozenset(tower.name for tower in towers)}
        self._worker = Worker(services, subscribed, http=self.http)

    async def step(self) -> None:
        if not await self._worker.deliver_due() and (due := await self.services.queue.find_next_due()):
            self._clock.set(max(due, self._clock.now()))

    async def replay(self, selection: Selection = ANY, *, dry: bool = False) -> Replayed:
        return await replay_queue(self.services, selection=selection, dry=dry)


class PubSubSide:
    """A topic with a push subscription per tower, and a dead-letter topic to pull from."""

    attempts = 5

    def __init__(self, services: Services, towers: Sequence[Tower], topic: str) -> None:
        self.events = PubSubEvents(project=PROJECT, topic=topic, source=BASE_URL)
        self.services = services
        self.towers = towers
        self._names = [f"{topic}.{tower.name}.{Rang.type}" for tower in towers]
        self._topic = f"projects/{PROJECT}/topics/{topic}"
        self._dead = f"{topic}-dead"

    async def subscribe(self, topics: PublisherAsyncClient, pulls: SubscriberAsyncClient, url: str) -> None:
        dead = f"{self._topic}-dead"
        for name in (self._topic, dead):
            await topics.create_topic(name=name)
        await pulls.create_subscription(name=_subscription(self._dead), topic=dead)
        for tower, name in zip(self.towers, self._names, strict=True):
            push = PushConfig(
                push_endpoint=f"{url}/{tower.name}/", no_wrapper=PushConfig.NoWrapper(write_metadata=True)
            )
            await pulls.create_subscription(
                request={
                    "name": _subscription(name),
                    "topic": self._topic,
                    "push_config": push,
                    "dead_letter_policy": DeadLetterPolicy(
                        dead_letter_topic=dead, max_delivery_attempts=self.attempts
                    ),
                }
            )

    async def bury_strange(self) -> None:
        """Put a message that is no event among the dead letters."""
        async with create_publisher() as topics:
            await topics.publish(topic=f"{self._topic}-dead", messages=[PubsubMessage(data=b"?")])

    async def unsubscribe(self, pulls: SubscriberAsyncClient) -> None:
        for name in (*self._names, self._dead):
            await pulls.delete_subscription(subscription=_subscription(name))

    async def step(self) -> None:
        await asyncio.sleep(0.02)

    async def replay(self, selection: Selection = ANY, *, dry: bool = False) -> Replayed:
        now = self.services.clock.now()
        return await replay_events(
            project=PROJECT, subscription=self._dead, now=now, selection=selection, dry=dry
        )


@asynccontextmanager
async def pubsub_side(services: Services, towers: Sequence[Tower], topic: str) -> AsyncIterator[PubSubSide]:
    """Pushes reach each tower's entry point under the functions framework, over loopback HTTP."""
    app = Starlette(
        routes=[Mount(f"/{tower.name}", app=events_of(tower.group(), services)) for tower in towers]
    )
    side = PubSubSide(services, towers, topic)
    async with listening(app) as url, create_publisher() as topics, create_subscriber() as pulls:
        await side.subscribe(topics, pulls, url)
        try:
            yield side
        finally:
            await side.unsubscribe(pulls)
            await side.events.aclose()


def _subscription(name: str) -> str:
    return f"projects/{PROJECT}/subscriptions/{name}"
