"""Generating cards and questions: at once, streamed, or as a job. All of an order is saved, or nothing."""

from collections.abc import AsyncIterator

from pydantic import BaseModel

from functions.assessments.generation.runs import passages, persistence
from functions.assessments.generation.runs.context import gathered
from functions.assessments.generation.runs.models import Order, RunGeneration
from functions.assessments.generation.runs.persistence import Undertaking
from functions.assessments.generation.runs.run import Item, Making, making
from functions.assessments.generation.runs.schemas import GeneratedCard, GeneratedQuestion
from functions.assessments.generation.runs.views import Result
from shared.errors import ApiError
from shared.identity import Principal
from shared.jobs import JOBS, Job, started
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, reserve_generation

__all__ = ["Progress", "Step", "Undertaking", "generate", "queue", "reserve", "steps"]

JOB_KIND = "generation"


class Progress(BaseModel):
    """`stage` is reading, writing or persistence."""

    stage: str
    progress_percentage: int


Step = Progress | Item | Result


async def generate(services: Services, undertaking: Undertaking) -> Result:
    """Raises what `steps` raises."""
    last: Step | None = None
    async for step in steps(services, undertaking):
        last = step
    assert not isinstance(last, Progress | GeneratedCard | GeneratedQuestion | None)  # noqa: S101 - as they end
    return last


async def steps(services: Services, undertaking: Undertaking) -> AsyncIterator[Step]:
    """Progress and items as they come, the saved result last.

    Raises RateLimited and QuotaExceeded where no job has reserved; NotFound, the errors of sources and
    making, ModelUnavailable, ServiceUnavailable: then the failure and the tokens it cost are on record and
    nothing else is.
    """
    order = undertaking.order
    if (before := await persistence.answered(services, undertaking)) is not None:
        yield before
        return
    if undertaking.job is None:
        await reserve(services, undertaking.user_id)
    work: Making | None = None
    try:
        yield Progress(stage="reading", progress_percentage=5)
        material = await gathered(services, undertaking.user_id, order)
        work = making(order, material, generator=services.model.name, clock=services.clock)
        yield Progress(stage="writing", progress_percentage=20)
        async for item in work.items(services.model):
            yield item
            yield Progress(stage="writing", progress_percentage=20 + 70 * work.made // order.total)
        yield Progress(stage="saving", progress_percentage=95)
        yield await persistence.save(services, undertaking, work)
    except ApiError:
        await persistence.record_failure(services, undertaking, work)
        raise


async def queue(services: Services, caller: Principal, order: Order) -> Job:
    """Reserve, and have the order worked off as a job.

    Raises the errors of sources, RateLimited, QuotaExceeded.
    """
    await passages.documents(services, caller.user_id, order)
    now = services.clock.now()
    request = {"order": order.model_dump(mode="json"), "timezone": caller.timezone}
    job = started(services.ids.new(), kind=JOB_KIND, request=request, now=now)

    async def work(tx: Transaction) -> None:
        await reserve_generation(tx, UsageOf(caller.user_id, now), services.settings)
        tx.create(JOBS.doc(job.id, user=caller.user_id), job)
        tx.enqueue(RunGeneration(user=caller.user_id, job=job.id), key=job.id)

    await services.store.transact(work)
    return job


async def reserve(services: Services, user_id: str) -> None:
    """Count one generation. Raises RateLimited, QuotaExceeded."""
    usage = UsageOf(user_id, services.clock.now())

    async def work(tx: Transaction) -> None:
        await reserve_generation(tx, usage, services.settings)

    await services.store.transact(work)
