"""The wire format of events (binary-mode CloudEvents) and of tasks (a JSON body, the id in a header)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.messages import EventEnvelope, TaskEnvelope

TASK_ID_HEADER = "X-Task-Id"


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
    return {
        "ce-specversion": "1.0",
        "ce-id": event.id,
        "ce-type": event.type,
        "ce-source": source,
        "ce-time": event.time.isoformat(),
        "Content-Type": "application/json",
    }


def parse_event(headers: Mapping[str, str], body: bytes) -> EventEnvelope:
    """Return the event of a binary-mode CloudEvent. Raises KeyError, ValueError."""
    return EventEnvelope(
        id=headers["ce-id"],
        type=headers["ce-type"],
        time=datetime.fromisoformat(headers["ce-time"]),
        data=json.loads(body),
    )
