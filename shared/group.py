"""A function group with its routes and handlers; `functions/<group>/group.py` lists what belongs to it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.clock import derive_id
from shared.consumers import Handlers, UnknownTask
from shared.dead_letters import UNREADABLE, bury_task
from shared.messages import Postponed, TaskEnvelope
from shared.services import Services
from shared.web.app import create_app
from shared.web.router import Router
from shared.wire import TASK_ID_HEADER, parse_attempts, parse_event, parse_task, read_attempt

log = logging.getLogger(__name__)

_MAX_EARLY = timedelta(minutes=1)  # a task that arrives at most this long before its time is run


class NeverAnswered(Exception):
    """A task whose attempts end without an answer, by the time limit or for want of memory."""


@dataclass(frozen=True)
class Group:
    """A deployable group. One that `keeps_files` has the bucket's key, one that `writes_audit` the log's."""

    name: str
    routers: Sequence[Router]
    handlers: Handlers
    keeps_files: bool = False
    writes_audit: bool = False

    def create_app(self, services: Services) -> FastAPI:
        """Create the group's app. Raises ValueError where a key that it needs is missing."""
        if self.keeps_files:
            services.settings.check_objects_key()
        if self.writes_audit:
            services.settings.check_audit_keys()
        return create_app(services, group=self.name, routers=self.routers)

    async def receive(self, services: Services, request: Request) -> Response:
        """Pass the event that `request` delivers to its consumers. Answers 204, or 400 for no CloudEvent.

        A replay that is for another group is passed to none. Raises what a consumer raises, so that the event
        is delivered again.
        """
        try:
            event = parse_event(request.headers, await request.body())
        except (KeyError, ValueError):
            log.warning("delivery is no event; refusing it")
            return Response("The request is no CloudEvent in binary mode", status_code=400)
        if event.group in ("", self.name):
            attempt = read_attempt(request.headers)
            await self.handlers.consume(services, event, group=self.name, attempt=attempt)
        return Response(status_code=204)

    async def run_task(self, services: Services, request: Request) -> Response:
        """Run the task that `request` delivers. Answers 204, or 404 for a task of another group.

        A task that is not due yet is enqueued again: queues limit how far ahead they schedule. One of Cloud
        Tasks that fails in its last attempt is kept as dead, and answered 204. If that fails too, the queue
        delivers it again: it ends no task by itself.
        """
        envelope = self._parse_task(request.headers, await request.body())
        attempts = parse_attempts(request.headers)
        limit = services.settings.task_attempts
        if envelope.not_before and envelope.not_before - services.clock.now() > _MAX_EARLY:
            await self._enqueue_again(services, envelope)
            return Response(status_code=204)
        try:
            _check_answered(attempts, limit)
            await self.handlers.run(services, envelope, attempt=read_attempt(request.headers))
        except Postponed as postponed:
            # Under another id: queues refuse one that they knew within the hour. It follows from the last
            # one, so that a repeated delivery makes no second task.
            again = replace(envelope, id=derive_id(envelope.id, "postponed"), not_before=postponed.until)
            await self._enqueue_again(services, again)
        except Exception as error:
            if attempts < limit:
                if isinstance(error, UnknownTask):
                    return Response(status_code=404)
                raise
            log.exception("task %s failed in its last attempt", envelope.name)
            now = services.clock.now()
            await bury_task(services.store, envelope, error=error, attempts=attempts, now=now)
        return Response(status_code=204)

    def _parse_task(self, headers: Mapping[str, str], body: bytes) -> TaskEnvelope:
        """Return the task of a request; one that cannot be read has a name that no handler knows."""
        try:
            return parse_task(headers, body, group=self.name)
        except (KeyError, TypeError, ValueError):
            content = {"body": body.decode("utf-8", "replace")}
            return TaskEnvelope(headers.get(TASK_ID_HEADER, ""), UNREADABLE, self.name, content)

    async def _enqueue_again(self, services: Services, task: TaskEnvelope) -> None:
        await services.tasks.enqueue([replace(task, queue=self.handlers.get_queue(task.name))])


def _check_answered(attempts: int, limit: int) -> None:
    """Raise NeverAnswered after twice the limit: the handler probably ends its process each time."""
    if attempts > 2 * limit:
        raise NeverAnswered(f"{attempts - 1} attempts were not answered")
