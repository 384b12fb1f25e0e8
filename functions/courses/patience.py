"""Work on outside services that must be done in the end, however long they are away.

The queue gives a task up after a few attempts within minutes; what removes a user's data, or gives back what
was reserved, plans its next attempt itself.
"""

from collections.abc import Awaitable
from datetime import timedelta

from shared.errors import ServiceUnavailable
from shared.messages import Task
from shared.services import Services
from shared.store import Transaction

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_TRIES = 200  # more than a week


class PatientTask(Task):
    """`tries` counts the attempts that found a service away."""

    tries: int = 0


async def patiently(services: Services, task: PatientTask, work: Awaitable[None]) -> None:
    """Do the task's work, or have the task done again later. Raises ServiceUnavailable at the very end."""
    try:
        await work
    except ServiceUnavailable:
        if task.tries >= _MOST_TRIES:
            raise
        await _again(services, task)


async def _again(services: Services, task: PatientTask) -> None:
    pause = min(_FIRST_PAUSE * (1 << min(task.tries, 10)), _LONGEST_PAUSE)
    later = task.model_copy(update={"tries": task.tries + 1})

    async def work(tx: Transaction) -> None:
        tx.enqueue(later, at=services.clock.now() + pause)

    await services.store.transact(work)
