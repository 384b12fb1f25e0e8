"""Replay dead letters of Pub/Sub."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.replay.letters import Letter, Replayed, Selection
from shared.dead_letters import UNREADABLE, describe_error
from shared.events.pubsub import create_publisher, create_subscriber
from shared.messages import EventEnvelope
from shared.wire import build_event_headers, parse_event

if TYPE_CHECKING:
    from google.pubsub_v1 import PublisherAsyncClient, PubsubMessage, ReceivedMessage, SubscriberAsyncClient

# Attributes that Pub/Sub adds to a message in a dead-letter topic.
_ADDED_PREFIX = "CloudPubSubDeadLetter"
_SOURCE_PROJECT = "CloudPubSubDeadLetterSourceSubscriptionProject"
_SOURCE = "CloudPubSubDeadLetterSourceSubscription"
_MAX_BATCH_MESSAGES = 100
_PULL_TIMEOUT_SECONDS = 3.0


async def replay_events(
    *, project: str, subscription: str, now: datetime, selection: Selection, dry: bool = False
) -> Replayed:
    """Publish dead letters to the topics they came from, each for the group whose delivery failed.

    A message is acknowledged after it was published: a crash repeats some and loses none. `dry` only lists
    them. Messages of another kind stay.
    """
    path = f"projects/{project}/subscriptions/{subscription}"
    chosen: list[Letter] = []
    left: dict[str, Letter] = {}  # by the id of its acknowledgement
    async with create_publisher() as publishing, create_subscriber() as pulling:
        try:
            while received := await _pull(pulling, path):
                fitting: list[ReceivedMessage] = []
                for each in received:
                    letter = read_letter(each.message)
                    if not dry and letter.group and selection.fits(letter, now=now):
                        fitting.append(each)
                        chosen.append(letter)
                    else:
                        left[each.ack_id] = letter
                if fitting:
                    await _republish(publishing, pulling, [each.message for each in fitting], selection)
                    await pulling.acknowledge(subscription=path, ack_ids=[each.ack_id for each in fitting])
        finally:
            await _release(pulling, path, list(left))
    return Replayed(tuple(chosen), tuple(left.values()))


def read_letter(message: "PubsubMessage") -> Letter:
    """Return the dead letter of a message; one of another kind has no group."""
    try:
        event = parse_event(message.attributes, message.data)
        group = event.group or find_group(message.attributes[_SOURCE], event.type)
    except (KeyError, ValueError) as error:
        time = datetime.fromtimestamp(message.publish_time.timestamp(), UTC)
        return Letter("event", UNREADABLE, "", message.message_id, time, describe_error(error))
    return Letter("event", event.type, group, event.id, event.time)


def find_group(subscription: str, event_type: str) -> str:
    """Return the group of a subscription `<prefix>.<group>.<type of event>`. Raises ValueError."""
    head, separator, rest = subscription.rpartition(f".{event_type}")
    if not separator or rest:
        raise ValueError(f"the subscription {subscription} does not end with {event_type}")
    return head.rpartition(".")[2]


async def _pull(client: "SubscriberAsyncClient", path: str) -> "Sequence[ReceivedMessage]":
    from google.api_core.exceptions import DeadlineExceeded

    try:
        answer = await client.pull(
            subscription=path, max_messages=_MAX_BATCH_MESSAGES, timeout=_PULL_TIMEOUT_SECONDS
        )
    except DeadlineExceeded:  # the subscription is empty
        return []
    return answer.received_messages


async def _release(client: "SubscriberAsyncClient", path: str, ack_ids: list[str]) -> None:
    """Let messages that were pulled and left be pulled again at once."""
    for start in range(0, len(ack_ids), _MAX_BATCH_MESSAGES):
        part = ack_ids[start : start + _MAX_BATCH_MESSAGES]
        await client.modify_ack_deadline(subscription=path, ack_ids=part, ack_deadline_seconds=0)


async def _republish(
    publishing: "PublisherAsyncClient",
    pulling: "SubscriberAsyncClient",
    messages: "Sequence[PubsubMessage]",
    selection: Selection,
) -> None:
    by_source: dict[str, list[PubsubMessage]] = defaultdict(list)
    for message in messages:
        by_source[_find_source(message.attributes)].append(message)
    for source, letters in by_source.items():
        topic = (await pulling.get_subscription(subscription=source)).topic
        restored = [_restore_message(message, selection.consumer) for message in letters]
        await publishing.publish(topic=topic, messages=restored)


def _find_source(attributes: Mapping[str, str]) -> str:
    """Return the subscription whose delivery failed."""
    return f"projects/{attributes[_SOURCE_PROJECT]}/subscriptions/{attributes[_SOURCE]}"


def _restore_message(message: "PubsubMessage", consumer: str) -> "PubsubMessage":
    """Restore the message as it was published, for its group alone."""
    from google.pubsub_v1 import PubsubMessage

    event = _aim(parse_event(message.attributes, message.data), read_letter(message).group, consumer)
    own = {key: value for key, value in message.attributes.items() if not key.startswith(_ADDED_PREFIX)}
    headers = build_event_headers(event, source=own.get("ce-source", ""))
    return PubsubMessage(data=message.data, attributes={**own, **headers})


def _aim(event: EventEnvelope, group: str, consumer: str) -> EventEnvelope:
    return replace(event, group=group, consumer=consumer or event.consumer)
