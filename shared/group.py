"""A function group: its routes and what it receives. `functions/<group>/group.py` is its contents page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
        task_id = request.headers.get(TASK_ID_HEADER, "")
        envelope = _task_from(task_id, self.name, json.loads(await request.body()))
        if envelope.not_before and envelope.not_before - services.clock.now() > _EARLY:
            await services.tasks.enqueue([envelope])
            return Response(status_code=204)
        try:
            await self.handlers.run(services, envelope)
        except UnknownTask:
            return Response(status_code=404)
        return Response(status_code=204)


def task_body(task: TaskEnvelope) -> bytes:
    """What `run_task` reads."""
    body: dict[str, Any] = {"name": task.name, "data": dict(task.data)}
    if task.not_before is not None:
        body["not_before"] = task.not_before.isoformat()
    return json.dumps(body).encode()


def _task_from(task_id: str, group: str, body: dict[str, Any]) -> TaskEnvelope:
    not_before = datetime.fromisoformat(body["not_before"]) if "not_before" in body else None
    return TaskEnvelope(task_id, str(body["name"]), group, body["data"], not_before)


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
