"""The wire format of events (binary-mode CloudEvents) and of tasks (a JSON body, the id in a header)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cloudevents.http import CloudEvent

from shared.messages import EventEnvelope, TaskEnvelope

TASK_ID_HEADER = "X-Task-Id"
RETRY_COUNT_HEADER = "X-CloudTasks-TaskRetryCount"  # set by Cloud Tasks; 0 at the first attempt
_GROUP = "replaygroup"  # attributes of a CloudEvent
_CONSUMER = "replayconsumer"


def build_task_body(task: TaskEnvelope) -> bytes:
    """Return the body that `parse_task` reads."""
    body: dict[str, Any] = {"name": task.name, "data": dict(task.data)}
    if task.not_before is not None:
        body["not_before"] = task.not_before.isoformat()
    return json.dumps(body).encode()


def parse_task(headers: Mapping[str, str], body: bytes, *, group: str) -> TaskEnvelope:
    """Return the task that a request to `group` delivers. Raises KeyError, ValueError."""
    fields = json.loads(body)
    not_before = datetime.fromisoformat(fields["not_before"]) if "not_before" in fields else None
    return TaskEnvelope(
        headers.get(TASK_ID_HEADER, ""), str(fields["name"]), group, fields["data"], not_before
    )


def build_event_headers(event: EventEnvelope, *, source: str) -> dict[str, str]:
    """Return the event's attributes as headers of a binary-mode CloudEvent (1.0, HTTP binding)."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": event.id,
        "ce-type": event.type,
        "ce-source": source,
        "ce-time": event.time.isoformat(),
        "Content-Type": "application/json",
    }
    if event.group:
        headers[f"ce-{_GROUP}"] = event.group
    if event.consumer:
        headers[f"ce-{_CONSUMER}"] = event.consumer
    return headers


def parse_event(headers: Mapping[str, str], body: bytes) -> EventEnvelope:
    """Return the event of a binary-mode CloudEvent. Raises KeyError, ValueError."""
    return EventEnvelope(
        id=headers["ce-id"],
        type=headers["ce-type"],
        time=datetime.fromisoformat(headers["ce-time"]),
        data=json.loads(body),
        group=headers.get(f"ce-{_GROUP}", ""),
        consumer=headers.get(f"ce-{_CONSUMER}", ""),
    )


def parse_replay_target(event: CloudEvent) -> tuple[str, str]:
    """Return the group and the consumer that a replayed event is for; both are empty without one."""
    attributes = event.get_attributes()
    return attributes.get(_GROUP, ""), attributes.get(_CONSUMER, "")


def parse_attempts(headers: Mapping[str, str]) -> int:
    """Return which attempt of Cloud Tasks this is, from 1; 0 for a sender that counts for itself."""
    value = headers.get(RETRY_COUNT_HEADER, "")
    return int(value) + 1 if value.isdecimal() else 0
