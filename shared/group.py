"""A function group with its routes and handlers; `functions/<group>/group.py` lists what belongs to it."""

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

_MAX_EARLY = timedelta(minutes=1)  # a task that arrives at most this long before its time is run


@dataclass(frozen=True)
class Group:
    """A deployable group. One that `keeps_files` has the bucket's key."""

    name: str
    routers: Sequence[Router]
    handlers: Handlers
    keeps_files: bool = False

    def create_app(self, services: Services) -> FastAPI:
        """Create the group's app. Raises ValueError where it keeps files and has no key to the bucket."""
        if self.keeps_files:
            services.settings.check_objects_key()
        return create_app(services, group=self.name, routers=self.routers)

    async def consume(self, services: Services, event: EventEnvelope) -> None:
        """Pass the event to its consumers. Raises what a consumer raises, so that it is delivered again."""
        await self.handlers.consume(services, event)

    async def receive(self, services: Services, event: CloudEvent) -> None:
        """Consume an event from the functions framework."""
        time = datetime.fromisoformat(event["time"])
        await self.consume(services, EventEnvelope(event["id"], event["type"], time, event.get_data() or {}))

    async def run_task(self, services: Services, request: Request) -> Response:
        """Run the task that `request` delivers. Answers 204, or 404 for a task of another group.

        A task that is not due yet is enqueued again: queues limit how far ahead they schedule.
        """
        envelope = parse_task(request.headers, await request.body(), group=self.name)
        if envelope.not_before and envelope.not_before - services.clock.now() > _MAX_EARLY:
            await services.tasks.enqueue([envelope])
            return Response(status_code=204)
        try:
            await self.handlers.run(services, envelope)
        except UnknownTask:
            return Response(status_code=404)
        return Response(status_code=204)
