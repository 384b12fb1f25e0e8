"""`python -m infra.replay --project P --subscription S`: deliver dead letters again."""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shared.events.pubsub import create_publisher, create_subscriber
from shared.services import Services
from shared.settings import Settings

if TYPE_CHECKING:
    from google.pubsub_v1 import PublisherAsyncClient, PubsubMessage, ReceivedMessage, SubscriberAsyncClient

# Attributes that Pub/Sub adds to a message in a dead-letter topic.
_ADDED_PREFIX = "CloudPubSubDeadLetter"
_SOURCE_PROJECT = "CloudPubSubDeadLetterSourceSubscriptionProject"
_SOURCE = "CloudPubSubDeadLetterSourceSubscription"
_MAX_BATCH_MESSAGES = 100
_PULL_TIMEOUT_SECONDS = 3.0


async def replay(*, project: str, subscription: str) -> int:
    """Publish dead letters to the topics they came from, and return their number.

    A message is acknowledged after it was published: a crash repeats some and loses none. All subscribers of
    the topic receive it again, as consumers are idempotent. Raises KeyError for another kind of message.
    """
    path, replayed = f"projects/{project}/subscriptions/{subscription}", 0
    async with create_publisher() as publishing, create_subscriber() as pulling:
        while received := await _pull(pulling, path):
            await _republish(publishing, pulling, [each.message for each in received])
            await pulling.acknowledge(subscription=path, ack_ids=[each.ack_id for each in received])
            replayed += len(received)
    return replayed


async def replay_local(settings: Settings) -> int:
    """Put the dead letters of the local stack back into its queue, and return their number."""
    services = Services(settings)
    try:
        return await services.queue.replay_dead(services.clock.now())
    finally:
        await services.database.aclose()


async def _pull(client: "SubscriberAsyncClient", path: str) -> "Sequence[ReceivedMessage]":
    from google.api_core.exceptions import DeadlineExceeded

    try:
        answer = await client.pull(
            subscription=path, max_messages=_MAX_BATCH_MESSAGES, timeout=_PULL_TIMEOUT_SECONDS
        )
    except DeadlineExceeded:  # the subscription is empty
        return []
    return answer.received_messages


async def _republish(
    publishing: "PublisherAsyncClient", pulling: "SubscriberAsyncClient", messages: "Sequence[PubsubMessage]"
) -> None:
    by_source: dict[str, list[PubsubMessage]] = defaultdict(list)
    for message in messages:
        by_source[_source(message.attributes)].append(message)
    for source, letters in by_source.items():
        topic = (await pulling.get_subscription(subscription=source)).topic
        await publishing.publish(topic=topic, messages=[_original(message) for message in letters])


def _source(attributes: Mapping[str, str]) -> str:
    """Return the subscription whose delivery failed."""
    return f"projects/{attributes[_SOURCE_PROJECT]}/subscriptions/{attributes[_SOURCE]}"


def _original(message: "PubsubMessage") -> "PubsubMessage":
    """Restore the message as it was published."""
    from google.pubsub_v1 import PubsubMessage

    own = {key: value for key, value in message.attributes.items() if not key.startswith(_ADDED_PREFIX)}
    return PubsubMessage(data=message.data, attributes=own)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.replay", description="Deliver dead letters again.")
    parser.add_argument("--local", action="store_true", help="dead letters of the local stack on DATA_DIR")
    parser.add_argument("--project", help="the Google Cloud project")
    parser.add_argument("--subscription", help="the subscription of the dead-letter topic")
    arguments = parser.parse_args(argv)
    if arguments.local == bool(arguments.project and arguments.subscription):
        parser.error("either --local, or --project and --subscription")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Deliver dead letters again, and print their number."""
    arguments = _arguments(argv)
    if arguments.local:
        replayed = asyncio.run(replay_local(Settings()))
    else:
        replayed = asyncio.run(replay(project=arguments.project, subscription=arguments.subscription))
    print(f"[aksio] {replayed} dead letters will be delivered again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
