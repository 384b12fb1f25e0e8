"""Messages that failed for good, kept until an operator brings them back (`python -m infra.replay`)."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared.clock import derive_id
from shared.messages import TaskEnvelope
from shared.store.collection import Collection
from shared.store.documents import Document
from shared.store.facade import Store

log = logging.getLogger(__name__)

_MAX_ERROR_CHARS = 300
UNREADABLE = "unreadable"  # the name of a message that is none of ours


class DeadTask(Document):
    """A task that failed in each of its attempts; `name` and `group` are as in its envelope."""

    task_id: str
    name: str
    group: str
    data: Mapping[str, Any]
    attempts: int
    error: str
    died_at: datetime


class DeadEntry(Document):
    """Messages of one transaction that were refused in each attempt to send them, as they were stored."""

    created_at: Any = None
    died_at: datetime
    attempts: int
    error: str
    events: Any = ()
    tasks: Any = ()


DEAD_TASKS = Collection("dead_tasks", DeadTask)
DEAD_ENTRIES = Collection("dead_entries", DeadEntry)


def describe_error(error: BaseException) -> str:
    """Return an error's type and the beginning of its text, without the values that it may quote."""
    text = str(error)
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        text = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problems)
    return f"{type(error).__name__}: {text}"[:_MAX_ERROR_CHARS]


async def bury_task(
    store: Store, task: TaskEnvelope, *, error: BaseException, attempts: int, now: datetime
) -> None:
    """Store a task that failed for good and log it as an error; repetition stores it once. Costs 1 write."""
    dead = DeadTask(
        id=derive_id(task.group, task.name, task.id),
        task_id=task.id,
        name=task.name,
        group=task.group,
        data=task.data,
        attempts=attempts,
        error=describe_error(error),
        died_at=now,
    )
    await store.put(DEAD_TASKS.doc(dead.id), dead)
    log_dead_task(task, error=dead.error)


def log_dead_task(task: TaskEnvelope, *, error: str) -> None:
    """Write the line that the alert on dead tasks counts."""
    fields = {"dead_task": task.name, "task_id": task.id, "group": task.group}
    log.error("task %s failed for good: %s", task.name, error, extra={"fields": fields})
