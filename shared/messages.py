"""Events and tasks: what leaves with the data.

Events are past, tasks are verbs; both carry ids, not copies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Something that happened. Delivered at least once, in any order, to every consumer."""

    model_config = ConfigDict(frozen=True)

    type: ClassVar[str]


class Task(BaseModel):
    """Something to do, once, by the group that owns it; delivered at least once."""

    model_config = ConfigDict(frozen=True)

    name: ClassVar[str]
    group: ClassVar[str]


@dataclass(frozen=True)
class Scheduled:
    """A task, the instant before which it is not delivered, and the key under which it is one with others."""

    task: Task
    at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True)
class EventEnvelope:
    id: str
    type: str
    time: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True)
class TaskEnvelope:
    id: str
    name: str
    group: str
    data: Mapping[str, Any]
    not_before: datetime | None = None
