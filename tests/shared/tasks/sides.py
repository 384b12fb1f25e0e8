"""The two ways of tasks, each with all that delivers them, on a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol

import httpx
from google.cloud.tasks_v2 import CreateTaskRequest, Task

from infra.groups import GroupEntry
from infra.local.cloud_tasks import CloudTasksStandIn
from infra.local.gateway import Gateway
from infra.local.worker import Worker
from infra.replay.letters import Replayed, Selection
from infra.replay.stored import replay_queue, replay_stored
from shared.clock import Clock, ManualClock
from shared.services import Services
from shared.tasks import Tasks
from shared.tasks.cloud_tasks import CloudTasks
from shared.tasks.embedded import EmbeddedTasks
from tests.deadlines import DEADLINE_SECONDS
from tests.grpc_service import Faults
from tests.shared.bells import Tower
from tests.shared.entry_points import tasks_of

URL = "https://tower.example/tasks"
ANY = Selection()
ACCOUNT = "tasks@p.iam.gserviceaccount.com"


class Side(Protocol):
    """A tower whose tasks are delivered."""

    @property
    def tasks(self) -> Tasks: ...
    @property
    def tower(self) -> Tower: ...
    @property
    def clock(self) -> ManualClock: ...

    async def deliver(self) -> None:
        """All that is due now."""
        ...

    async def replay(self, selection: Selection = ANY, *, dry: bool = False) -> Replayed:
        """Bring dead tasks back, or list them, as the command does."""
        ...


async def advance(side: Side, delta: timedelta, *, step: timedelta) -> None:
    """Move the clock in steps and deliver what each brings."""
    until = side.clock.now() + delta
    while side.clock.now() < until:
        side.clock.advance(min(step, until - side.clock.now()))
        await side.deliver()


class EmbeddedSide:
    """The local queue, whose dead letters include tasks."""

    def __init__(self, services: Services, clock: ManualClock, tower: Tower) -> None:
        self.services = services
        self.tasks = EmbeddedTasks(services.queue, clock)
        self.tower = tower
        self.clock = clock
        groups = [(GroupEntry(tower.name, "", ()), tower.group())]
        gateway = Gateway(services, groups, {}, fallback=tower.name)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(gateway))
        self._worker = Worker(services, {}, http=self.http)

    async def deliver(self) -> None:
        await self._worker.drain()

    async def replay(self, selection: Selection = ANY, *, dry: bool = False) -> Replayed:
        return await replay_queue(self.services, selection=selection, dry=dry)


class FaultyStandIn(CloudTasksStandIn):
    """Orders faults and notes what it took."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.faults = Faults()
        self.taken: list[Task] = []

    async def create_task(self, request: CreateTaskRequest, context: Any) -> Task:
        await self.faults.strike(context)
        task = await super().create_task(request, context)
        self.taken.append(task)
        return task


class CloudSide:
    """Deliveries reach the tower's entry point under the functions framework."""

    def __init__(
        self,
        services: Services,
        clock: ManualClock,
        tower: Tower,
        server: FaultyStandIn,
        tasks: CloudTasks,
        http: httpx.AsyncClient,
    ) -> None:
        self.services = services
        self.tasks = tasks
        self.tower = tower
        self.clock = clock
        self.server = server
        self.http = http

    async def deliver(self) -> None:
        while await self.server.dispatch_due():
            pass

    async def replay(self, selection: Selection = ANY, *, dry: bool = False) -> Replayed:
        replayed = await replay_stored(self.services, selection=selection, dry=dry)
        await self.services.outbox.sweep(self.services.store, older_than=timedelta(0))
        return replayed


def cloud_tasks(clock: Clock, endpoint: str, **changes: Any) -> CloudTasks:
    given: dict[str, Any] = {
        "project": "p",
        "location": "europe-west1",
        "queue_prefix": "test-",
        "url_of": {"tower": URL}.__getitem__,
        "service_account": ACCOUNT,
        "clock": clock,
        "endpoint": endpoint,
        "timeout": DEADLINE_SECONDS,
    }
    return CloudTasks(**{**given, **changes})


@asynccontextmanager
async def cloud_side(services: Services, clock: ManualClock, tower: Tower) -> AsyncIterator[CloudSide]:
    transport = httpx.ASGITransport(tasks_of(tower.group(), services))
    async with httpx.AsyncClient(transport=transport) as http:
        server = FaultyStandIn(clock=clock, http=http)
        tasks = cloud_tasks(clock, await server.start())
        services.__dict__["tasks"] = tasks  # as the google profile would choose
        try:
            yield CloudSide(services, clock, tower, server, tasks, http)
        finally:
            await tasks.aclose()
            await server.stop()
