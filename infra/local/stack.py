"""The whole product in one process: every group behind the gateway, the worker, and the stand-ins."""

import asyncio
import contextlib
from functools import partial
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from infra.groups import entries
from infra.local.gateway import Gateway
from infra.local.retrieval.app import create_app as retrieval_app
from infra.local.worker import Worker
from infra.openapi import merged
from shared.clock import derived_id
from shared.messages import EventEnvelope
from shared.objects.folder import FolderObjects
from shared.objects.links import object_links
from shared.services import Services

RETRIEVAL = "/_local/retrieval"
OBJECTS = "/_local/objects"


class LocalStack:
    """`gateway` is the ASGI application; `start` after it listens, `stop` before it goes."""

    def __init__(self, services: Services) -> None:
        self.services = services
        groups = [(entry, entry.load()) for entry in entries()]
        self.retrieval = retrieval_app(
            services.settings.data_dir / "retrieval",
            token=services.settings.retriever_service_token.get_secret_value(),
            http=services.http,
            publish=self._publish,
        )
        self.gateway = Gateway(services, groups, self._mounts())
        self.worker = Worker(
            services,
            {
                event: frozenset(group.name for _, group in groups if event in group.handlers.event_types)
                for _, each in groups
                for event in each.handlers.event_types
            },
            http=services.http,
        )
        services.describe = partial(merged, [group for _, group in groups], services)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what an earlier process left and begin to deliver."""
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

    def _mounts(self) -> dict[str, ASGIApp]:
        mounts: dict[str, ASGIApp] = {RETRIEVAL: self.retrieval}
        objects: Any = self.services.objects
        if isinstance(objects, FolderObjects):
            mounts[OBJECTS] = CORSMiddleware(
                object_links(objects),
                allow_origins=self.services.settings.origins,
                allow_methods=["GET", "PUT"],
                allow_headers=["*"],
            )
        return mounts

    async def _publish(self, document_id: str, status: str, error: str | None) -> None:
        """The retrieval service's own event, as its topic would bring it."""
        event = EventEnvelope(
            id=derived_id(document_id, status, self.services.ids.new()),
            type=f"document.processing.{status}",
            time=self.services.clock.now(),
            data={"document_id": document_id, "status": status, "error": error},
        )
        await self.services.events.publish([event])
