"""Long work of any kind: reserve, do it while the client waits or as a job, settle, finish or give up.

`docs/architecture.md`, "Long work", tells how to add another kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar, cast

from fastapi import Response
from pydantic import BaseModel

from shared.errors import QuotaExceeded, RateLimited
from shared.identity import Principal
from shared.jobs.model import JOBS, Job, create_job, finish_job
from shared.jobs.running import MAX_ATTEMPTS, run_attempt, show_progress
from shared.jobs.views import Accepted, respond_accepted
from shared.messages import Task
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, reserve_generation
from shared.web.streams import detach, stream_events

R = TypeVar("R", bound=BaseModel)

Reservation = Literal["reserved", "postponed", "exhausted"]

_PROGRESS_STEP = 20  # percent between two writes of a job


class ResponseMode(NamedTuple):
    """The way a client wants its result: as a job, as a stream, or at once where it is neither."""

    as_job: bool
    stream: bool


class Progress(BaseModel):
    """The progress of a stream; `stage` names what is being done."""

    stage: str
    progress_percentage: int


@dataclass(frozen=True)
class Run:
    """One attempt at a user's work. `job` is the one that waits for the result, where there is one."""

    services: Services
    user_id: str
    id: str
    job: Job | None = None

    @property
    def is_last_attempt(self) -> bool:
        return self.job is None or self.job.attempts >= MAX_ATTEMPTS

    async def finish(self, tx: Transaction, result: BaseModel | dict[str, Any]) -> None:
        """Complete the waiting job in the transaction of the work's effect. Costs 1 read, 1 write."""
        if self.job is None:
            return
        ref = JOBS.doc(self.job.id, user=self.user_id)
        current = await tx.get(ref)
        if current is not None and not current.is_over:
            stored = result if isinstance(result, dict) else result.model_dump(mode="json")
            tx.put(ref, finish_job(current, stored, now=self.services.clock.now()))


class QueuedWork(ABC):
    """Work that a job waits for."""

    async def recall(self, run: Run) -> BaseModel | None:  # noqa: ARG002 - for those that override it
        """Return the result where the same work was done before, and finish its job."""
        return None

    @abstractmethod
    def steps(self, run: Run) -> AsyncIterator[BaseModel]:
        """Do the work: yield progress and items, and the result last.

        The effect, what it cost, and `run.finish` go into one transaction.
        """

    def note_failure(self, tx: Transaction, run: Run) -> None:  # noqa: B027 - most work tells nobody
        """Publish that a job failed for good, in the transaction that says so."""


class LongWork(QueuedWork, Generic[R]):
    """Work of one kind that a client asks for, at once, as a stream or as a job."""

    kind: ClassVar[str]  # of its jobs
    item_events: ClassVar[Mapping[type[BaseModel], str]] = {}  # names of a stream's items, by type

    @abstractmethod
    def request(self) -> dict[str, Any]:
        """Return what a job stores of it, enough to restore the work from."""

    @abstractmethod
    def task(self, user_id: str, job_id: str) -> Task:
        """Return the task that works the job off."""

    async def check(self, run: Run) -> None:
        """Raise what makes the work impossible, before a job is queued for it."""

    async def park(self, run: Run) -> None:
        """Store what a job needs beside its request, before it is queued."""

    async def discard(self, run: Run) -> None:
        """Delete what `park` stored, where the job could not be queued."""

    @abstractmethod
    async def reserve(self, tx: Transaction, run: Run) -> None:
        """Count the work against the user's limits. Raises RateLimited, QuotaExceeded."""


async def respond(
    services: Services, caller: Principal, work: LongWork[R], mode: ResponseMode
) -> R | Response:
    """Answer with a job, a stream or the result. Raises what the work raises before the first event."""
    if mode.as_job:
        return respond_accepted(await queue(services, caller.user_id, work), services.settings)
    run = Run(services, caller.user_id, services.ids.new())
    if mode.stream:
        return stream_events(_name_events(work, detach(run_steps(work, run))))
    return await complete(work, run)


async def complete(work: LongWork[R], run: Run) -> R:
    """Do the work and return its result. Raises what its steps raise."""
    last: BaseModel | None = None
    async for step in run_steps(work, run):
        last = step
    return cast("R", last)


async def run_steps(work: LongWork[Any], run: Run) -> AsyncIterator[BaseModel]:
    """Reserve, then yield the steps of the work, or its result alone where it was done before."""
    if (result := await work.recall(run)) is not None:
        yield result
        return
    await run.services.store.transact(lambda tx: work.reserve(tx, run))
    async for step in work.steps(run):
        yield step


async def queue(services: Services, user_id: str, work: LongWork[R]) -> Job:
    """Reserve, and have the work done as a job. Raises what `check`, `park` and `reserve` raise."""
    now = services.clock.now()
    job = create_job(services.ids.new(), kind=work.kind, request=work.request(), now=now)
    run = Run(services, user_id, job.id, job)
    await work.check(run)

    async def store(tx: Transaction) -> None:
        await work.reserve(tx, run)
        tx.create(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(work.task(user_id, job.id), key=job.id)

    await work.park(run)
    try:
        await services.store.transact(store)
    except BaseException:
        await work.discard(run)
        raise
    return job


async def run_queued(
    services: Services, *, user_id: str, job_id: str, restore: Callable[[Job], QueuedWork]
) -> None:
    """Work a queued job off; `restore` makes the work from the job's request.

    Raises what may pass with time, so that the queue delivers again; see `run_attempt`.
    """

    async def do(job: Job) -> None:
        work, reported = restore(job), 0
        run = Run(services, user_id, f"{job.id}.{job.attempts}", job)
        if await work.recall(run) is not None:
            return
        async for step in work.steps(run):
            if isinstance(step, Progress) and step.progress_percentage >= reported + _PROGRESS_STEP:
                reported = step.progress_percentage
                await show_progress(services, user_id=user_id, job_id=job_id, percentage=reported)

    def notify(tx: Transaction, job: Job) -> None:
        restore(job).note_failure(tx, Run(services, user_id, job.id, job))

    await run_attempt(services, user_id=user_id, job_id=job_id, work=do, notify=notify)


async def reserve_or_postpone(run: Run, task: Task) -> Reservation:
    """Reserve a generation for a job that runs, or enqueue its task again for an hour with room.

    Gives "exhausted" where the tokens of the month are used up.
    """
    now = run.services.clock.now()

    async def work(tx: Transaction) -> Reservation:
        try:
            await reserve_generation(tx, UsageOf(run.user_id, now), run.services.settings)
        except RateLimited as error:
            tx.enqueue(task, at=now + timedelta(seconds=error.retry_after or 60))
            return "postponed"
        except QuotaExceeded:
            return "exhausted"
        return "reserved"

    return await run.services.store.transact(work)


def document_modes() -> dict[int | str, dict[str, Any]]:
    """Describe the answers of `respond` beside the usual one."""
    return {
        202: {"model": Accepted, "description": "Queued, for requests with `Prefer: respond-async`"},
        200: {
            "description": "A stream that ends with `completed` or `error`, for requests with"
            " `Accept: text/event-stream`",
        },
    }


async def _name_events(
    work: LongWork[R], steps: AsyncIterator[BaseModel]
) -> AsyncIterator[tuple[str, BaseModel]]:
    names: Mapping[type[BaseModel], str] = {Progress: "progress", **work.item_events}
    async for step in steps:
        yield names.get(type(step), "completed"), step
