"""Stand in for Cloud Tasks, which has no emulator: serve CreateTask over gRPC and deliver the tasks.

Tasks are kept in memory and tried without end, as in the deployed queues. No token is checked.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import grpc.aio  # type: ignore[import-untyped]
import httpx
from google.cloud.tasks_v2 import CreateTaskRequest, Task

from shared.clock import Clock
from shared.queue import DELIVERY_RETRIES
from shared.wire import RETRY_COUNT_HEADER

log = logging.getLogger(__name__)

_MAX_SCHEDULE_AHEAD = timedelta(days=30)
_NAME_RETENTION = timedelta(hours=1)
_POLL_SECONDS = 0.1
_MAX_CONCURRENT = 20  # of a queue without a limit


@dataclass
class PendingTask:
    """A task that is not delivered yet, after `attempts` deliveries that failed."""

    task: Task
    due: datetime
    attempts: int = 0

    @property
    def queue(self) -> str:
        """The last segment of its queue's name."""
        return self.task.name.split("/")[-3]


class CloudTasksStandIn:
    """A gRPC server of CreateTask; `run` delivers until cancelled, `dispatch_due` once.

    `limits` has the number of deliveries at the same time by queue.
    """

    def __init__(
        self, *, clock: Clock, http: httpx.AsyncClient, limits: Mapping[str, int] | None = None
    ) -> None:
        self.address = ""  # set by `start`
        self._limits = limits or {}
        self._running: dict[str, dict[str, asyncio.Task[None]]] = defaultdict(dict)  # by queue and task
        self.pending: dict[str, PendingTask] = {}
        self._clock = clock
        self._http = http
        self._finished: dict[str, datetime] = {}
        self._server: Any = None

    async def start(self, port: int = 0) -> str:
        create = grpc.unary_unary_rpc_method_handler(
            self.create_task,
            request_deserializer=CreateTaskRequest.deserialize,
            response_serializer=Task.serialize,
        )
        service = grpc.method_handlers_generic_handler(
            "google.cloud.tasks.v2.CloudTasks", {"CreateTask": create}
        )
        self._server = grpc.aio.server()
        self._server.add_generic_rpc_handlers((service,))
        bound = self._server.add_insecure_port(f"127.0.0.1:{port}")
        await self._server.start()
        self.address = f"127.0.0.1:{bound}"
        return self.address

    async def stop(self) -> None:
        await self._server.stop(grace=None)

    async def create_task(self, request: CreateTaskRequest, context: Any) -> Task:
        """Refuse a name that was used within the hour and a time too far ahead, as Cloud Tasks does."""
        task, now = request.task, self._clock.now()
        due = _instant(task) or now
        if not task.name.startswith(f"{request.parent}/tasks/") or due - now > _MAX_SCHEDULE_AHEAD:
            await context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, "The name or the time of the task is not allowed."
            )
        if self._is_known(task.name, now):
            await context.abort(
                grpc.StatusCode.ALREADY_EXISTS, "A task of this name exists or existed recently."
            )
        self.pending[task.name] = PendingTask(task, due)
        return task

    async def run(self) -> None:
        """Deliver until cancelled; a queue at its limit delays no other."""
        try:
            while True:
                self._start_due()
                await asyncio.sleep(_POLL_SECONDS)
        finally:
            running = [delivery for each in self._running.values() for delivery in each.values()]
            for delivery in running:
                delivery.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def dispatch_due(self) -> bool:
        """Deliver each due task once. Returns False where none was due."""
        due = self._list_due()
        await asyncio.gather(*map(self._dispatch, due))
        return bool(due)

    def _start_due(self) -> None:
        for item in self._list_due():
            running, name = self._running[item.queue], item.task.name
            if name not in running and len(running) < self._limits.get(item.queue, _MAX_CONCURRENT):
                running[name] = asyncio.create_task(self._dispatch(item))
                running[name].add_done_callback(partial(_forget, running, name))

    def _list_due(self) -> list[PendingTask]:
        now = self._clock.now()
        return sorted((item for item in self.pending.values() if item.due <= now), key=lambda item: item.due)

    async def _dispatch(self, item: PendingTask) -> None:
        item.attempts += 1
        error = await self._post(item)
        if error is None:
            self._finish(item.task.name)
        else:
            log.warning("task %s failed; retrying: %s", item.task.name, error)
            item.due = self._clock.now() + DELIVERY_RETRIES.pause_after(item.attempts)

    async def _post(self, item: PendingTask) -> str | None:
        """Return the error of a failed delivery."""
        task, request = item.task, item.task.http_request
        headers = {**request.headers, RETRY_COUNT_HEADER: str(item.attempts - 1)}
        timeout = task.dispatch_deadline.total_seconds()
        try:
            answer = await self._http.post(
                request.url, content=request.body, headers=headers, timeout=timeout
            )
        except httpx.HTTPError as error:
            return repr(error)
        return None if answer.is_success else f"{answer.status_code} {answer.text[:300]}"

    def _is_known(self, name: str, now: datetime) -> bool:
        since = now - _NAME_RETENTION
        self._finished = {known: at for known, at in self._finished.items() if at > since}
        return name in self.pending or name in self._finished

    def _finish(self, name: str) -> None:
        del self.pending[name]
        self._finished[name] = self._clock.now()


def _forget(running: dict[str, asyncio.Task[None]], name: str, _: asyncio.Task[None]) -> None:
    del running[name]


def _instant(task: Task) -> datetime | None:
    return task.schedule_time if "schedule_time" in task else None
