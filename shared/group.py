"""A function group: its routes and what it receives. `functions/<group>/group.py` is its contents page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudevents.http import CloudEvent
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.consumers import Handlers, UnknownTask
from shared.messages import EventEnvelope, TaskEnvelope
from shared.services import Services
from shared.web.app import create_app
from shared.web.router import Router

TASK_ID_HEADER = "X-Task-Id"


@dataclass(frozen=True)
class Group:
    name: str
    routers: Sequence[Router]
    handlers: Handlers

    def app(self, services: Services) -> FastAPI:
        return create_app(services, group=self.name, routers=self.routers)

    async def consume(self, services: Services, event: EventEnvelope) -> None:
        """Raises what a consumer raised; the sender then delivers the event again."""
        await self.handlers.consume(services, event)

    async def receive(self, services: Services, event: CloudEvent) -> None:
        """`consume`, for the functions framework."""
        time = datetime.fromisoformat(event["time"])
        await self.consume(services, EventEnvelope(event["id"], event["type"], time, event.get_data() or {}))

    async def run_task(self, services: Services, request: Request) -> Response:
        """Run the task that `request` delivers: 204, or 404 for a task that is not this group's."""
        body: dict[str, Any] = json.loads(await request.body())
        task_id = request.headers.get(TASK_ID_HEADER, "")
        envelope = TaskEnvelope(task_id, str(body["name"]), self.name, body["data"])
        try:
            await self.handlers.run(services, envelope)
        except UnknownTask:
            return Response(status_code=404)
        return Response(status_code=204)


def task_body(task: TaskEnvelope) -> bytes:
    """What `run_task` reads."""
    return json.dumps({"name": task.name, "data": dict(task.data)}).encode()


def event_headers(event: EventEnvelope, *, source: str) -> dict[str, str]:
    """The event's attributes as a CloudEvent in binary mode (CloudEvents 1.0, HTTP binding)."""
    return {
        "ce-specversion": "1.0",
        "ce-id": event.id,
        "ce-type": event.type,
        "ce-source": source,
        "ce-time": event.time.isoformat(),
        "Content-Type": "application/json",
    }


def event_from(headers: Any, body: bytes) -> EventEnvelope:
    """The event of a binary-mode CloudEvent. Raises KeyError, ValueError."""
    return EventEnvelope(
        id=headers["ce-id"],
        type=headers["ce-type"],
        time=datetime.fromisoformat(headers["ce-time"]),
        data=json.loads(body),
    )
