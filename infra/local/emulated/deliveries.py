"""Create what Terraform creates between the functions in the cloud.

Topics, push subscriptions, the addresses of the queues, the schedules.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx

from infra.groups import GroupEntry, topics
from shared.events.pubsub import create_publisher, create_subscriber
from shared.retries import RetryPolicy

if TYPE_CHECKING:
    from google.pubsub_v1 import PublisherAsyncClient

log = logging.getLogger(__name__)

DEAD_LETTERS = "aksio-dead-letters"
_RETRIES = RetryPolicy(first_pause=timedelta(seconds=1), max_pause=timedelta(seconds=60), max_attempts=10)
_SCHEDULE_SECONDS = 15.0


async def subscribe(groups: Iterable[GroupEntry], urls: Mapping[str, str], *, project: str) -> None:
    """Create every topic, the subscription of dead letters, and those that push to the groups.

    Each type of event that a group receives has its own; `urls` has the addresses of the events functions.
    """
    own = topics()
    async with create_publisher() as publishing, create_subscriber() as subscribing:
        for topic in sorted({"events", DEAD_LETTERS, *own.values()}):
            await _create_topic(publishing, project, topic)
        await subscribing.create_subscription(
            name=f"projects/{project}/subscriptions/{DEAD_LETTERS}",
            topic=f"projects/{project}/topics/{DEAD_LETTERS}",
        )
        for group in groups:
            for event in group.events:
                request = _subscription(group, event, own.get(event, "events"), urls[group.name], project)
                await subscribing.create_subscription(request=request)


async def _create_topic(publishing: "PublisherAsyncClient", project: str, topic: str) -> None:
    await publishing.create_topic(name=f"projects/{project}/topics/{topic}")


def _subscription(group: GroupEntry, event: str, topic: str, url: str, project: str) -> dict[str, Any]:
    from google.pubsub_v1 import DeadLetterPolicy, PushConfig
    from google.pubsub_v1 import RetryPolicy as Backoff

    return {
        "name": f"projects/{project}/subscriptions/{group.name}.{event}",
        "topic": f"projects/{project}/topics/{topic}",
        "filter": f'attributes."ce-type" = "{event}"',
        "ack_deadline_seconds": min(600, max(10, group.timeout)),
        "push_config": PushConfig(push_endpoint=url, no_wrapper=PushConfig.NoWrapper(write_metadata=True)),
        "retry_policy": Backoff(minimum_backoff=_RETRIES.first_pause, maximum_backoff=_RETRIES.max_pause),
        "dead_letter_policy": DeadLetterPolicy(
            dead_letter_topic=f"projects/{project}/topics/{DEAD_LETTERS}",
            max_delivery_attempts=_RETRIES.max_attempts,
        ),
    }


class QueueTransport(httpx.AsyncBaseTransport):
    """A transport that sends a task to its group's function whatever its address, as deployed queues do."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        group, _, _ = request.url.host.partition(".")
        if group not in self._urls:
            raise httpx.ConnectError(f"no group {group!r} has tasks", request=request)
        target = httpx.URL(self._urls[group])
        request.url = request.url.copy_with(scheme=target.scheme, host=target.host, port=target.port)
        request.headers["Host"] = target.netloc.decode()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def run_schedules(
    groups: Iterable[GroupEntry], urls: Mapping[str, str], http: httpx.AsyncClient
) -> None:
    """Run scheduled tasks until cancelled, as Cloud Scheduler does each minute, but more often."""
    scheduled = [(urls[group.name], task) for group in groups for task in group.schedules]
    while True:
        await asyncio.sleep(_SCHEDULE_SECONDS)
        for url, task in scheduled:
            try:
                answer = await http.post(url, json={"name": task, "data": {}})
                answer.raise_for_status()
            except httpx.HTTPError as problem:
                log.warning("scheduled task %s failed: %r", task, problem)
