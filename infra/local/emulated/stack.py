"""Run the product as production does: a process for each function, and Google's emulators."""

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
from infra.local.emulated.deliveries import QueueTransport, run_schedules, subscribe
from infra.local.emulated.environment import PROJECT, apply_environment, create_environment
from infra.local.emulated.functions import functions
from infra.local.emulated.proxy import Proxy, create_client
from infra.local.emulated.reaper import Reaper
from infra.local.hosts import OwnHost
from infra.local.routing import PathRouter, route_groups
from infra.openapi import public_document
from infra.routes import Routes
from shared.events.pubsub import PubSubEvents
from shared.services import Services
from shared.settings import Settings

_SCHEMA = "/api/schema/"


class EmulatedStack:
    """The local stack over emulators: start it once `gateway` listens, stop it in any case."""

    def __init__(self, settings: Settings) -> None:
        """Choose ports and settings; start nothing. Raises NotStarted without installed emulators."""
        emulators.check_installed()
        firestore, pubsub, tasks = children.free_ports(3)
        environment = {
            **create_environment(settings),
            "FIRESTORE_EMULATOR_HOST": f"{children.HOST}:{firestore}",
            "PUBSUB_EMULATOR_HOST": f"{children.HOST}:{pubsub}",
            "CLOUD_TASKS_ENDPOINT": f"{children.HOST}:{tasks}",
        }
        self.services = Services(apply_environment(environment))
        folder = self.services.settings.data_dir
        logs = folder / "logs"
        self._functions = functions(environment, folder=folder)
        self._children = [
            emulators.firestore(firestore, project=PROJECT, logs=logs),
            emulators.pubsub(pubsub, project=PROJECT, folder=folder / "pubsub", logs=logs),
            *(function.child for function in self._functions.values()),
        ]
        self._http = create_client()
        self._queues = httpx.AsyncClient(transport=QueueTransport(self._urls("tasks")))
        limits = {
            "-".join(filter(None, (entry.name, queue))): limit
            for entry in entries()
            for queue, limit in entry.limits.items()
        }
        self._tasks = CloudTasksStandIn(clock=self.services.clock, http=self._queues, limits=limits)
        self._tasks_port = tasks
        self._documents = PubSubEvents(
            project=PROJECT, topic="document-processing", source=self.services.settings.base_url
        )
        self._retrieval = stand_ins.create_retrieval(self.services, self._documents)
        self.services.describe = partial(public_document, self.services)
        self.gateway = OwnHost(self._gateway(), self.services.settings)
        self._exit_stack = AsyncExitStack()
        for resource in (self.services, self._http, self._queues, self._documents):
            self._exit_stack.push_async_callback(resource.aclose)

    async def start(self) -> None:
        """Start the programs and return when all listen. Raises NotStarted."""
        on_stop = self._exit_stack.push_async_callback
        await self._tasks.start(self._tasks_port)
        on_stop(self._tasks.stop)
        reaper = Reaper()
        self._exit_stack.callback(reaper.stop)
        on_stop(children.stop, self._children)
        await children.start(self._children, reaper)
        await subscribe(entries(), self._urls("events"), project=PROJECT)
        await self._retrieval.state.documents.start()
        on_stop(self._retrieval.state.documents.aclose)
        for function in self._functions.values():
            self._run_in_background(function.child.keep_running())
        self._run_in_background(self._tasks.run())
        self._run_in_background(run_schedules(entries(), self._urls("tasks"), self._http))

    async def stop(self) -> None:
        await self._exit_stack.aclose()

    def _run_in_background(self, work: Coroutine[Any, Any, None]) -> None:
        running = asyncio.create_task(work)
        self._exit_stack.push_async_callback(_cancel, running)

    def _urls(self, target: str) -> dict[str, str]:
        """Return the addresses of the functions with this target, by group."""
        return {group: each.url for (group, kind), each in self._functions.items() if kind == target}

    def _gateway(self) -> ASGIApp:
        apps: dict[str, ASGIApp] = {
            group: Proxy(self.services, url, self._http) for group, url in self._urls("api").items()
        }
        # Functions get the document of the whole API from their bundle, and these run without one.
        admin = next(entry for entry in entries() if _SCHEMA in entry.paths)
        schema: Routes[ASGIApp] = Routes([(_SCHEMA, admin.load().create_app(self.services))])
        apps[admin.name] = PathRouter({}, schema, fallback=apps[admin.name])
        mounts = stand_ins.create_mounts(self.services, self._retrieval)
        return route_groups(entries(), apps, mounts, fallback=fallback())


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
