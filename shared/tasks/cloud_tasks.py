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
from shared.wire import build_task_body, build_task_headers

if TYPE_CHECKING:
    from google.cloud.tasks_v2 import CloudTasksAsyncClient, Task

MAX_SCHEDULE_AHEAD = timedelta(days=29)  # Cloud Tasks refuses more than 30 days
_DISPATCH_DEADLINE = timedelta(minutes=10)


@dataclass(frozen=True)
class Dispatch:
    """A task as Cloud Tasks gets it: the key of its name, its instant, and the task it delivers."""

    key: str
    at: datetime | None
    task: TaskEnvelope


def plan_dispatch(task: TaskEnvelope, now: datetime) -> Dispatch:
    """Plan how a task is dispatched; one beyond `MAX_SCHEDULE_AHEAD` keeps its `not_before`.

    On arrival such a task is enqueued again. Its name includes the day: under its own name, Cloud Tasks would
    take the second one for a duplicate.
    """
    if task.not_before is None or task.not_before <= now:
        return Dispatch(task.id, None, replace(task, not_before=None))
    if task.not_before - now <= MAX_SCHEDULE_AHEAD:
        return Dispatch(task.id, task.not_before, replace(task, not_before=None))
    at = now + MAX_SCHEDULE_AHEAD
    return Dispatch(f"{task.id}@{at:%Y-%m-%d}", at, task)


class CloudTasks:
    """Implements `Tasks`; `timeout` is in seconds, retries included.

    A queue's name is `queue_prefix`, the group, and the name of the task's own queue where it has one:
    `aksio-courses-outside`. `url_of` returns the address that a group's tasks are posted to, with an OIDC
    token of `service_account` where one is set. `endpoint` is the address of a stand-in.
    """

    def __init__(
        self,
        *,
        project: str,
        location: str,
        queue_prefix: str,
        url_of: Callable[[str], str],
        service_account: str,
        clock: Clock,
        endpoint: str = "",
        timeout: float = 10.0,
    ) -> None:
        self._queues = f"projects/{project}/locations/{location}/queues/{queue_prefix}"
        self._url_of = url_of
        self._service_account = service_account
        self._clock = clock
        self._endpoint = endpoint
        self._timeout = timeout

    async def enqueue(self, tasks: Sequence[TaskEnvelope]) -> None:
        with translate_google_errors("enqueuing tasks"):
            # All end before the first failure is raised: nothing may run on after the response.
            outcomes = await asyncio.gather(*map(self._create, tasks), return_exceptions=True)
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome

    async def aclose(self) -> None:
        if "_client" in self.__dict__:
            await self._client.transport.close()  # type: ignore[no-untyped-call]

    async def _create(self, task: TaskEnvelope) -> None:
        from google.api_core.exceptions import AlreadyExists

        queue = f"{self._queues}{'-'.join(filter(None, (task.group, task.queue)))}"
        message = self._build_message(queue, plan_dispatch(task, self._clock.now()))
        with suppress(AlreadyExists):
            await self._client.create_task(
                parent=queue,
                task=message,
                retry=build_transient_retry(timeout=self._timeout),
                timeout=self._timeout,
            )

    def _build_message(self, queue: str, planned: Dispatch) -> "Task":
        from google.cloud.tasks_v2 import HttpMethod, HttpRequest, OidcToken, Task

        url = self._url_of(planned.task.group)
        request = HttpRequest(
            http_method=HttpMethod.POST,
            url=url,
            headers=build_task_headers(planned.task),
            body=build_task_body(planned.task),
        )
        if self._service_account:
            request.oidc_token = OidcToken(service_account_email=self._service_account, audience=url)
        return Task(
            name=f"{queue}/tasks/{sha256(planned.key.encode()).hexdigest()}",
            http_request=request,
            schedule_time=planned.at,
            dispatch_deadline=_DISPATCH_DEADLINE,
        )

    @cached_property
    def _client(self) -> "CloudTasksAsyncClient":
        """The client, built on first use: its channel belongs to the event loop it is created in."""
        from google.cloud.tasks_v2 import CloudTasksAsyncClient
        from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcAsyncIOTransport

        if self._endpoint:
            return CloudTasksAsyncClient(
                transport=CloudTasksGrpcAsyncIOTransport(channel=open_plain_channel(self._endpoint))
            )
        return CloudTasksAsyncClient()
