"""Run the whole product in one process: every group behind the gateway, the worker and the stand-ins."""

import asyncio
import contextlib
from functools import partial

from infra.groups import entries, fallback
from infra.local import stand_ins
from infra.local.gateway import Gateway
from infra.local.hosts import OwnHost
from infra.local.worker import Worker
from infra.openapi import public_document
from shared.services import Services


class LocalStack:
    """The embedded stack: start it once `gateway` listens, stop it in any case."""

    def __init__(self, services: Services) -> None:
        self.services = services
        groups = [(entry, entry.load()) for entry in entries()]
        self.retrieval = stand_ins.create_retrieval(services, services.events)
        mounts = stand_ins.create_mounts(services, self.retrieval)
        self.gateway = OwnHost(Gateway(services, groups, mounts, fallback=fallback()), services.settings)
        self.worker = Worker(
            services,
            {
                event: frozenset(group.name for _, group in groups if event in group.handlers.event_types)
                for _, each in groups
                for event in each.handlers.event_types
            },
            http=services.http,
            queues=[tasks for entry, _ in groups for tasks in entry.queues.values()],
        )
        services.describe = partial(public_document, services)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Recover from an earlier process and start the worker."""
        await self.recover()
        self._running = asyncio.create_task(self.worker.run())

    async def recover(self) -> None:
        await self.worker.recover()
        await self.retrieval.state.documents.start()

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        await self.retrieval.state.documents.aclose()
        await self.services.aclose()
