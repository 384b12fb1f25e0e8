"""Publishing to Pub/Sub: what goes over the wire, and what faults become."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudevents.http import from_http
from google.pubsub_v1 import PublishRequest, PublishResponse
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import RequestRefused, ServiceUnavailable
from shared.events.pubsub import EMULATOR, PubSubEvents, create_subscriber
from shared.messages import EventEnvelope
from shared.wire import build_event_headers, parse_event
from tests.deadlines import DEADLINE_SECONDS
from tests.grpc_service import Faults, serving

TIME = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ONE = EventEnvelope("e1", "bell.rang", TIME, {"inscription": "Ü", "peal": [1, {"deep": None}]})

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
envelopes = st.builds(
    EventEnvelope,
    id=st.uuids().map(str),
    type=st.from_regex(r"[a-z]+(\.[a-z_]+){1,3}", fullmatch=True),
    time=st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    data=st.dictionaries(st.text(), json_values, max_size=4),
)


class Topic:
    """Takes what is published and orders faults."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.requests: list[PublishRequest] = []

    async def publish(self, request: PublishRequest, context: Any) -> PublishResponse:
        await self.faults.strike(context)
        self.requests.append(request)
        return PublishResponse(message_ids=[str(index) for index, _ in enumerate(request.messages)])


@pytest.fixture
async def topic(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Topic]:
    topic = Topic()
    service = "google.pubsub.v1.Publisher"
    async with serving(service, "Publish", topic.publish, PublishRequest, PublishResponse) as address:
        monkeypatch.setenv(EMULATOR, address)
        yield topic


@pytest.fixture
async def events() -> AsyncIterator[PubSubEvents]:
    events = PubSubEvents(
        project="p", topic="events", source="https://aksio.example", timeout=DEADLINE_SECONDS
    )
    yield events
    await events.aclose()


async def test_an_event_is_a_cloud_event_in_binary_mode(topic: Topic, events: PubSubEvents) -> None:
    await events.publish([ONE])
    (request,) = topic.requests
    assert request.topic == "projects/p/topics/events"
    (message,) = request.messages
    assert dict(message.attributes) == {
        "ce-specversion": "1.0",
        "ce-id": "e1",
        "ce-type": "bell.rang",
        "ce-source": "https://aksio.example",
        "ce-time": "2026-03-02T12:00:00+00:00",
        "Content-Type": "application/json",
    }
    assert json.loads(message.data) == ONE.data


@given(envelopes)
def test_an_event_survives_the_wire_whoever_reads_it(event: EventEnvelope) -> None:
    headers = build_event_headers(event, source="https://aksio.example")
    body = json.dumps(event.data).encode()
    assert parse_event(headers, body) == event
    read = from_http(headers, body)
    assert (read["id"], read["type"], datetime.fromisoformat(read["time"])) == (
        event.id,
        event.type,
        event.time,
    )
    assert read.get_data() == event.data


async def test_more_events_than_one_request_takes_go_out_in_several(
    topic: Topic, events: PubSubEvents
) -> None:
    many = [EventEnvelope(f"e{index}", "bell.rang", TIME, {}) for index in range(1001)]
    await events.publish(many)
    assert [len(request.messages) for request in topic.requests] == [1000, 1]


async def test_a_passing_fault_is_waited_out(topic: Topic, events: PubSubEvents) -> None:
    topic.faults.coming = ["UNAVAILABLE", "INTERNAL"]
    await events.publish([ONE])
    assert (topic.faults.calls, len(topic.requests)) == (3, 1)


@pytest.mark.parametrize("fault", ["NOT_FOUND", "PERMISSION_DENIED", "INVALID_ARGUMENT"])
async def test_a_lasting_fault_is_told_at_once(topic: Topic, events: PubSubEvents, fault: str) -> None:
    topic.faults.coming = [fault]
    with pytest.raises(ServiceUnavailable) as told:
        await events.publish([ONE])
    assert topic.faults.calls == 1
    assert isinstance(told.value, RequestRefused) == (fault == "INVALID_ARGUMENT")


async def test_a_topic_that_never_answers_is_given_up(topic: Topic) -> None:
    topic.faults.coming = ["hang"]
    events = PubSubEvents(project="p", topic="events", source="s", timeout=0.3)
    with pytest.raises(ServiceUnavailable):
        await events.publish([ONE])
    await events.aclose()


async def test_a_dead_emulator_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMULATOR, "127.0.0.1:9")
    events = PubSubEvents(project="p", topic="events", source="s", timeout=0.3)
    with pytest.raises(ServiceUnavailable):
        await events.publish([ONE])
    await events.aclose()


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(EMULATOR, raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))


async def test_missing_credentials_are_unavailability(no_credentials: None, events: PubSubEvents) -> None:
    with pytest.raises(ServiceUnavailable):
        await events.publish([ONE])


def test_without_an_emulator_pulling_asks_for_credentials(no_credentials: None) -> None:
    from google.auth.exceptions import DefaultCredentialsError

    with pytest.raises(DefaultCredentialsError):
        create_subscriber()
