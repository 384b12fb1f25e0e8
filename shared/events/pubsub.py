"""Events on Pub/Sub."""

import json
import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from shared.google_apis import build_transient_retry, open_plain_channel, translate_google_errors
from shared.messages import EventEnvelope
from shared.wire import build_event_headers

if TYPE_CHECKING:
    from google.pubsub_v1 import PublisherAsyncClient, SubscriberAsyncClient

EMULATOR = "PUBSUB_EMULATOR_HOST"
_MAX_MESSAGES = 1000  # in one request; Pub/Sub's limit


class PubSubEvents:
    """Implements `Events`; `timeout` is in seconds, retries included.

    A message's attributes are the headers of a binary-mode CloudEvent, so that a push subscription without
    wrapper and with metadata delivers one.
    """

    def __init__(self, *, project: str, topic: str, source: str, timeout: float = 10.0) -> None:
        self._topic = f"projects/{project}/topics/{topic}"
        self._source = source
        self._timeout = timeout

    async def publish(self, events: Sequence[EventEnvelope]) -> None:
        with translate_google_errors("publishing events"):
            for start in range(0, len(events), _MAX_MESSAGES):
                await self._publish(events[start : start + _MAX_MESSAGES])

    async def aclose(self) -> None:
        if "_client" in self.__dict__:
            await self._client.transport.close()  # type: ignore[no-untyped-call]

    async def _publish(self, events: Sequence[EventEnvelope]) -> None:
        from google.pubsub_v1 import PubsubMessage

        messages = [
            PubsubMessage(
                data=json.dumps(dict(event.data)).encode(),
                attributes=build_event_headers(event, source=self._source),
            )
            for event in events
        ]
        await self._client.publish(
            topic=self._topic,
            messages=messages,
            retry=build_transient_retry(timeout=self._timeout),
            timeout=self._timeout,
        )

    @cached_property
    def _client(self) -> "PublisherAsyncClient":
        return create_publisher()  # on first use: a channel belongs to the event loop it is created in


def create_publisher() -> "PublisherAsyncClient":
    """Create a publishing client of Pub/Sub, or of the emulator that the environment names."""
    from google.pubsub_v1 import PublisherAsyncClient
    from google.pubsub_v1.services.publisher.transports import PublisherGrpcAsyncIOTransport

    if emulator := os.environ.get(EMULATOR):
        return PublisherAsyncClient(
            transport=PublisherGrpcAsyncIOTransport(channel=open_plain_channel(emulator))
        )
    return PublisherAsyncClient()


def create_subscriber() -> "SubscriberAsyncClient":
    """Create a pulling client of Pub/Sub, or of the emulator that the environment names."""
    from google.pubsub_v1 import SubscriberAsyncClient
    from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcAsyncIOTransport

    if emulator := os.environ.get(EMULATOR):
        return SubscriberAsyncClient(
            transport=SubscriberGrpcAsyncIOTransport(channel=open_plain_channel(emulator))
        )
    return SubscriberAsyncClient()
