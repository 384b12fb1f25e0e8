"""`python -m infra.replay --project P --subscription S` delivers dead letters again; `--local` those here."""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shared.events.pubsub import publisher, subscriber
from shared.services import Services
from shared.settings import Settings

if TYPE_CHECKING:
    from google.pubsub_v1 import PublisherAsyncClient, PubsubMessage, ReceivedMessage, SubscriberAsyncClient

# What Pub/Sub notes on a message that it moves to a dead-letter topic.
_NOTES = "CloudPubSubDeadLetter"
_SOURCE_PROJECT = "CloudPubSubDeadLetterSourceSubscriptionProject"
_SOURCE = "CloudPubSubDeadLetterSourceSubscription"
_AT_ONCE = 100
_SECONDS = 3.0  # that a pull waits for more


async def replay(*, project: str, subscription: str) -> int:
    """Publish what a dead-letter subscription holds to the topics it came from; gives the number.

    A message is acknowledged only after that: a crash repeats some and loses none. Every subscriber of the
    topic gets it again, which consumers bear. Raises KeyError for a message that is no dead letter.
    """
    path, replayed = f"projects/{project}/subscriptions/{subscription}", 0
    async with publisher() as publishing, subscriber() as pulling:
        while received := await _pull(pulling, path):
            await _publish_again(publishing, pulling, [each.message for each in received])
            await pulling.acknowledge(subscription=path, ack_ids=[each.ack_id for each in received])
            replayed += len(received)
    return replayed


async def replay_local(settings: Settings) -> int:
    """Put the dead letters of the local stack's queue back; gives their number."""
    services = Services(settings)
    try:
        return await services.queue.replay_dead(services.clock.now())
    finally:
        await services.database.aclose()


async def _pull(client: "SubscriberAsyncClient", path: str) -> "Sequence[ReceivedMessage]":
    from google.api_core.exceptions import DeadlineExceeded

    try:
        answer = await client.pull(subscription=path, max_messages=_AT_ONCE, timeout=_SECONDS)
    except DeadlineExceeded:  # how a pull tells that there is nothing
        return []
    return answer.received_messages


async def _publish_again(
    publishing: "PublisherAsyncClient", pulling: "SubscriberAsyncClient", messages: "Sequence[PubsubMessage]"
) -> None:
    by_source: dict[str, list[PubsubMessage]] = defaultdict(list)
    for message in messages:
        by_source[_source(message.attributes)].append(message)
    for source, given_up in by_source.items():
        topic = (await pulling.get_subscription(subscription=source)).topic
        await publishing.publish(topic=topic, messages=[_again(message) for message in given_up])


def _source(attributes: Mapping[str, str]) -> str:
    """The subscription that gave the message up."""
    return f"projects/{attributes[_SOURCE_PROJECT]}/subscriptions/{attributes[_SOURCE]}"


def _again(message: "PubsubMessage") -> "PubsubMessage":
    """The message as it was first published."""
    from google.pubsub_v1 import PubsubMessage

    own = {key: value for key, value in message.attributes.items() if not key.startswith(_NOTES)}
    return PubsubMessage(data=message.data, attributes=own)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.replay", description="Deliver dead letters again.")
    parser.add_argument("--local", action="store_true", help="those of the local stack on DATA_DIR")
    parser.add_argument("--project", help="the Google Cloud project")
    parser.add_argument("--subscription", help="the subscription of the dead-letter topic")
    arguments = parser.parse_args(argv)
    if arguments.local == bool(arguments.project and arguments.subscription):
        parser.error("either --local, or --project and --subscription")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _arguments(argv)
    if arguments.local:
        replayed = asyncio.run(replay_local(Settings()))
    else:
        replayed = asyncio.run(replay(project=arguments.project, subscription=arguments.subscription))
    print(f"[aksio] {replayed} dead letters are delivered again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
