"""Tasks on outside services that must be done in the end, however long the services are away.

The queue drops a task after a few attempts within minutes. What removes a user's data, or gives back what was
reserved, schedules its next attempt itself.
"""

from collections.abc import Awaitable
from datetime import timedelta

from shared.errors import ServiceUnavailable
from shared.messages import Task
from shared.retries import RetryPolicy
from shared.services import Services
from shared.store import Transaction

# Over more than a week.
_RETRIES = RetryPolicy(first_pause=timedelta(minutes=1), max_pause=timedelta(hours=1), max_attempts=201)


class RescheduledTask(Task):
    """A task that schedules its own next attempt; `tries` counts those that found a service away."""

    tries: int = 0


async def run_or_reschedule(services: Services, task: RescheduledTask, work: Awaitable[None]) -> None:
    """Do the task's work, or schedule the task again. Raises ServiceUnavailable after the last attempt."""
    attempt = task.tries + 1
    try:
        await work
    except ServiceUnavailable:
        if _RETRIES.is_last(attempt):
            raise
        await _reschedule(services, task, attempt)


async def _reschedule(services: Services, task: RescheduledTask, attempt: int) -> None:
    following = task.model_copy(update={"tries": attempt})
    at = services.clock.now() + _RETRIES.pause_after(attempt)

    async def work(tx: Transaction) -> None:
        tx.enqueue(following, at=at)

    await services.store.transact(work)
