"""A function group: its routes and what it receives. `functions/<group>/group.py` is its contents page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cloudevents.http import CloudEvent
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.consumers import Handlers, UnknownTask
from shared.messages import EventEnvelope
from shared.services import Services
from shared.web.app import create_app
from shared.web.router import Router
from shared.wire import parse_task

_EARLY = timedelta(minutes=1)  # a task that comes sooner before its time than this is run


@dataclass(frozen=True)
class Group:
    name: str
    routers: Sequence[Router]
    handlers: Handlers
    keeps_files: bool = False

    def app(self, services: Services) -> FastAPI:
        """Raises ValueError where the group keeps files and the deployment has no key to the bucket."""
        if self.keeps_files:
            services.settings.check_objects_key()
        return create_app(services, group=self.name, routers=self.routers)

    async def consume(self, services: Services, event: EventEnvelope) -> None:
        """Raises what a consumer raised; the sender then delivers the event again."""
        await self.handlers.consume(services, event)

    async def receive(self, services: Services, event: CloudEvent) -> None:
        """`consume`, for the functions framework."""
        time = datetime.fromisoformat(event["time"])
        await self.consume(services, EventEnvelope(event["id"], event["type"], time, event.get_data() or {}))

    async def run_task(self, services: Services, request: Request) -> Response:
        """Run the task that `request` delivers: 204, or 404 for a task that is not this group's. One whose
        time is still to come is handed in again: queues schedule only so far ahead."""
        envelope = parse_task(request.headers, await request.body(), group=self.name)
        if envelope.not_before and envelope.not_before - services.clock.now() > _EARLY:
            await services.tasks.enqueue([envelope])
            return Response(status_code=204)
        try:
            await self.handlers.run(services, envelope)
        except UnknownTask:
            return Response(status_code=404)
        return Response(status_code=204)
