"""The product as production runs it: a process for each function, Google's own emulators between them."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any

import httpx
from starlette.types import ASGIApp

from infra.groups import entries, fallback
from infra.local import stand_ins
from infra.local.cloud_tasks import CloudTasksStandIn
from infra.local.emulated import children, emulators
from infra.local.emulated.deliveries import QueueAddresses, subscribe, tick
from infra.local.emulated.environment import PROJECT, common, settings_from
from infra.local.emulated.functions import functions
from infra.local.emulated.leash import Leash
from infra.local.emulated.proxy import Proxy, client
from infra.local.routing import PathRouter, route_groups
from infra.openapi import public_document
from infra.routes import Routes
from shared.events.pubsub import PubSubEvents
from shared.services import Services
from shared.settings import Settings

_SCHEMA = "/api/schema/"


class EmulatedStack:
    """`gateway` is the ASGI application; `start` after it listens, `stop` before it goes."""

    def __init__(self, settings: Settings) -> None:
        """Raises NotStarted where the emulators are not installed."""
        emulators.check_installed()
        firestore, pubsub, tasks = children.free_ports(3)
        environment = {
            **common(settings),
            "FIRESTORE_EMULATOR_HOST": f"{children.HOST}:{firestore}",
            "PUBSUB_EMULATOR_HOST": f"{children.HOST}:{pubsub}",
            "CLOUD_TASKS_ENDPOINT": f"{children.HOST}:{tasks}",
        }
        self.services = Services(settings_from(environment))
        folder = self.services.settings.data_dir
        logs = folder / "logs"
        self._functions = functions(environment, folder=folder)
        self._children = [
            emulators.firestore(firestore, project=PROJECT, logs=logs),
            emulators.pubsub(pubsub, project=PROJECT, folder=folder / "pubsub", logs=logs),
            *(function.child for function in self._functions.values()),
        ]
        self._http = client()
        self._queues = httpx.AsyncClient(transport=QueueAddresses(self._urls("tasks")))
        self._tasks = CloudTasksStandIn(clock=self.services.clock, http=self._queues)
        self._tasks_port = tasks
        self._documents = PubSubEvents(
            project=PROJECT, topic="document-processing", source=self.services.settings.base_url
        )
        self._retrieval = stand_ins.retrieval(self.services, self._documents)
        self.services.describe = partial(public_document, self.services)
        self.gateway = self._gateway()
        self._at_end = AsyncExitStack()
        for closing in (self.services, self._http, self._queues, self._documents):
            self._at_end.push_async_callback(closing.aclose)

    async def start(self) -> None:
        """Raises NotStarted."""
        at_end = self._at_end.push_async_callback
        await self._tasks.start(self._tasks_port)
        at_end(self._tasks.stop)
        leash = Leash()
        self._at_end.callback(leash.end)
        at_end(children.stop, self._children)
        await children.start(self._children, leash)
        await subscribe(entries(), self._urls("events"), project=PROJECT)
        await self._retrieval.state.documents.start()
        at_end(self._retrieval.state.documents.aclose)
        for function in self._functions.values():
            self._go_on(function.child.keep_running())
        self._go_on(self._tasks.run())
        self._go_on(tick(entries(), self._urls("tasks"), self._http))

    async def stop(self) -> None:
        await self._at_end.aclose()

    def _go_on(self, work: Coroutine[Any, Any, None]) -> None:
        """Until the end."""
        running = asyncio.create_task(work)
        self._at_end.push_async_callback(_cancelled, running)

    def _urls(self, target: str) -> dict[str, str]:
        """By group, where it has such a function."""
        return {group: each.url for (group, kind), each in self._functions.items() if kind == target}

    def _gateway(self) -> ASGIApp:
        apps: dict[str, ASGIApp] = {
            group: Proxy(self.services, url, self._http) for group, url in self._urls("api").items()
        }
        # The functions carry no document of the whole API; a deployment writes it into the bundle.
        admin = next(entry for entry in entries() if _SCHEMA in entry.paths)
        schema: Routes[ASGIApp] = Routes([(_SCHEMA, admin.load().app(self.services))])
        apps[admin.name] = PathRouter({}, schema, fallback=apps[admin.name])
        mounts = stand_ins.mounts(self.services, self._retrieval)
        return route_groups(entries(), apps, mounts, fallback=fallback())


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
