"""Events and tasks, sent with the data that causes them.

Events are named in the past tense, tasks with verbs; both carry ids, not copies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A change that happened. Delivered at least once, in any order, to every consumer."""

    model_config = ConfigDict(frozen=True)

    type: ClassVar[str]


class Task(BaseModel):
    """Work for the group that owns it. Delivered at least once, done once.

    `queue` names one of the group's `queues` in infra/functions.yaml; empty for its ordinary queue.
    """

    model_config = ConfigDict(frozen=True)

    name: ClassVar[str]
    group: ClassVar[str]
    queue: ClassVar[str] = ""


class Postponed(Exception):
    """A task has to wait until an instant; the group enqueues it again, which counts as no failure."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"postponed until {until.isoformat()}")
        self.until = until


@dataclass(frozen=True)
class Scheduled:
    """A task, the instant before which it is not delivered, and a key that makes equal tasks one."""

    task: Task
    at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True)
class EventEnvelope:
    """An event as it is sent; `id` is the same for each delivery.

    A replay may name the one group, and the one consumer, that it is for. `request_id` and `trace`, a W3C
    `traceparent`, are those of the request that it follows from, empty where it follows from none.
    """

    id: str
    type: str
    time: datetime
    data: Mapping[str, Any]
    group: str = ""
    consumer: str = ""
    request_id: str = ""
    trace: str = ""


@dataclass(frozen=True)
class TaskEnvelope:
    """A task as it is sent; it is not delivered before `not_before`.

    `queue` is that of its class; `request_id` and `trace` are as in an event.
    """

    id: str
    name: str
    group: str
    data: Mapping[str, Any]
    not_before: datetime | None = None
    queue: str = ""
    request_id: str = ""
    trace: str = ""
