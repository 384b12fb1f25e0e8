"""The wire format of events (binary-mode CloudEvents) and of tasks (a JSON body, the id in a header)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.messages import EventEnvelope, TaskEnvelope
from shared.trace import TRACE_HEADER

TASK_ID_HEADER = "X-Task-Id"
RETRY_COUNT_HEADER = "X-CloudTasks-TaskRetryCount"  # set by Cloud Tasks; 0 at the first attempt
REQUEST_ID_HEADER = "X-Request-ID"
ATTEMPT_HEADER = "X-Delivery-Attempt"  # of the local worker, from 1
_PUBSUB_ATTEMPT_HEADER = "x-goog-pubsub-delivery-attempt"  # of a subscription with dead letters, from 1
_GROUP = "ce-replaygroup"
_CONSUMER = "ce-replayconsumer"
_REQUEST_ID = "ce-requestid"
_TRACE = "ce-traceparent"


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
        id=headers.get(TASK_ID_HEADER, ""),
        name=str(fields["name"]),
        group=group,
        data=fields["data"],
        not_before=not_before,
        request_id=headers.get(REQUEST_ID_HEADER, ""),
        trace=headers.get(TRACE_HEADER, ""),
    )


def build_task_headers(task: TaskEnvelope) -> dict[str, str]:
    """Return the headers that `parse_task` reads."""
    headers = {"Content-Type": "application/json", TASK_ID_HEADER: task.id}
    if task.request_id:
        headers[REQUEST_ID_HEADER] = task.request_id
    if task.trace:
        headers[TRACE_HEADER] = task.trace
    return headers


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
    optional = {
        _GROUP: event.group,
        _CONSUMER: event.consumer,
        _REQUEST_ID: event.request_id,
        _TRACE: event.trace,
    }
    return headers | {name: value for name, value in optional.items() if value}


def parse_event(headers: Mapping[str, str], body: bytes) -> EventEnvelope:
    """Return the event of a binary-mode CloudEvent. Raises KeyError, ValueError."""
    return EventEnvelope(
        id=headers["ce-id"],
        type=headers["ce-type"],
        time=datetime.fromisoformat(headers["ce-time"]),
        data=json.loads(body or b"{}"),
        group=headers.get(_GROUP, ""),
        consumer=headers.get(_CONSUMER, ""),
        request_id=headers.get(_REQUEST_ID, ""),
        trace=headers.get(_TRACE, ""),
    )


def parse_attempts(headers: Mapping[str, str]) -> int:
    """Return which attempt of Cloud Tasks this is, from 1; 0 for a sender that counts for itself."""
    value = headers.get(RETRY_COUNT_HEADER, "")
    return int(value) + 1 if value.isdecimal() else 0


def read_attempt(headers: Mapping[str, str]) -> int | None:
    """Return which attempt a delivery is, from 1; None for a sender that does not tell."""
    value = headers.get(_PUBSUB_ATTEMPT_HEADER) or headers.get(ATTEMPT_HEADER, "")
    return int(value) if value.isdecimal() else parse_attempts(headers) or None
