"""Tasks on Cloud Tasks."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from shared.clock import Clock
from shared.google_apis import build_transient_retry, open_plain_channel, translate_google_errors
from shared.messages import TaskEnvelope
from shared.wire import TASK_ID_HEADER, build_task_body

if TYPE_CHECKING:
    from google.cloud.tasks_v2 import CloudTasksAsyncClient, Task

MAX_SCHEDULE_AHEAD = timedelta(days=29)  # Cloud Tasks refuses what lies more than 30 days ahead
_DISPATCH_DEADLINE = timedelta(minutes=10)


@dataclass(frozen=True)
class Dispatch:
    """What Cloud Tasks is told of a task: the key of its name, its instant, and the task it brings."""

    key: str
    at: datetime | None
    task: TaskEnvelope


def plan_dispatch(task: TaskEnvelope, now: datetime) -> Dispatch:
    """A task farther away than `FARTHEST` goes out under a name of that day and brings its `not_before`,
    so that it is handed in again when it arrives; under its own name it would be taken for a repetition."""
    if task.not_before is None or task.not_before <= now:
        return Dispatch(task.id, None, replace(task, not_before=None))
    if task.not_before - now <= MAX_SCHEDULE_AHEAD:
        return Dispatch(task.id, task.not_before, replace(task, not_before=None))
    at = now + MAX_SCHEDULE_AHEAD
    return Dispatch(f"{task.id}@{at:%Y-%m-%d}", at, task)


class CloudTasks:
    """Implements `Tasks`. `queue_of` and `url_of` tell a group's queue and where its tasks are posted, with
    an OIDC token of `service_account` when one is named. `timeout` in seconds, retries included; `endpoint`
    is the address of a stand-in."""

    def __init__(
        self,
        *,
        project: str,
        location: str,
        queue_of: Callable[[str], str],
        url_of: Callable[[str], str],
        service_account: str,
        clock: Clock,
        endpoint: str = "",
        timeout: float = 10.0,
    ) -> None:
        self._queues = f"projects/{project}/locations/{location}/queues"
        self._queue_of = queue_of
        self._url_of = url_of
        self._service_account = service_account
        self._clock = clock
        self._endpoint = endpoint
        self._timeout = timeout

    async def enqueue(self, tasks: Sequence[TaskEnvelope]) -> None:
        with translate_google_errors("enqueuing tasks"):
            # All come to an end before the first failure is told: nothing may go on after the answer.
            outcomes = await asyncio.gather(*map(self._create, tasks), return_exceptions=True)
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome

    async def aclose(self) -> None:
        if "_client" in self.__dict__:
            await self._client.transport.close()  # type: ignore[no-untyped-call]

    async def _create(self, task: TaskEnvelope) -> None:
        from google.api_core.exceptions import AlreadyExists

        queue = f"{self._queues}/{self._queue_of(task.group)}"
        message = self._message(queue, plan_dispatch(task, self._clock.now()))
        with suppress(AlreadyExists):
            await self._client.create_task(
                parent=queue,
                task=message,
                retry=build_transient_retry(timeout=self._timeout),
                timeout=self._timeout,
            )

    def _message(self, queue: str, given: Dispatch) -> "Task":
        from google.cloud.tasks_v2 import HttpMethod, HttpRequest, OidcToken, Task

        url = self._url_of(given.task.group)
        request = HttpRequest(
            http_method=HttpMethod.POST,
            url=url,
            headers={"Content-Type": "application/json", TASK_ID_HEADER: given.task.id},
            body=build_task_body(given.task),
        )
        if self._service_account:
            request.oidc_token = OidcToken(service_account_email=self._service_account, audience=url)
        return Task(
            name=f"{queue}/tasks/{sha256(given.key.encode()).hexdigest()}",
            http_request=request,
            schedule_time=given.at,
            dispatch_deadline=_DISPATCH_DEADLINE,
        )

    @cached_property
    def _client(self) -> "CloudTasksAsyncClient":
        """Built by the first call: the channel belongs to the event loop that runs then."""
        from google.cloud.tasks_v2 import CloudTasksAsyncClient
        from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcAsyncIOTransport

        if self._endpoint:
            return CloudTasksAsyncClient(
                transport=CloudTasksGrpcAsyncIOTransport(channel=open_plain_channel(self._endpoint))
            )
        return CloudTasksAsyncClient()
