"""A queued generation: worked off once, given up after a few attempts, never left half-done."""

import logging

from functions.assessments.generation import service
from functions.assessments.generation.models import Order, RunGeneration
from functions.assessments.generation.service import Progress, Undertaking
from shared.consumers import Handlers
from shared.errors import ApiError, ProcessingFailed, ServiceUnavailable
from shared.jobs import JOBS, Job, begun, failed, progressed
from shared.published.flashcards import GenerationEnded
from shared.services import Services
from shared.store import Transaction

log = logging.getLogger(__name__)

handlers = Handlers()

MAX_ATTEMPTS = 4
_PROGRESS_STEP = 20  # percent between two writes of the job


@handlers.does(RunGeneration)
async def run_generation(services: Services, task: RunGeneration) -> None:
    """Raises what may pass with time, so that the queue tries again."""
    job = await _begin(services, task)
    if job is None:
        return
    undertaking = Undertaking(
        user_id=task.user,
        timezone=str(job.request["timezone"]),
        order=Order.model_validate(job.request["order"]),
        attempt=job.attempts,
        job=job.id,
    )
    try:
        await _work(services, undertaking)
    except ServiceUnavailable as error:
        if job.attempts < MAX_ATTEMPTS:
            raise
        await _give_up(services, undertaking, error)
    except ApiError as error:
        await _give_up(services, undertaking, error)
    except Exception:
        if job.attempts < MAX_ATTEMPTS:
            raise
        log.exception("generation %s failed for good", job.id)
        await _give_up(services, undertaking, ProcessingFailed())


async def _begin(services: Services, task: RunGeneration) -> Job | None:
    """Count the attempt; None where nothing is left to do."""

    async def work(tx: Transaction) -> Job | None:
        ref = JOBS.doc(task.job, user=task.user)
        job = await tx.get(ref)
        if job is None or job.is_over:
            return None
        job = begun(job, now=services.clock.now())
        tx.put(ref, job)
        return job

    return await services.store.transact(work)


async def _work(services: Services, undertaking: Undertaking) -> None:
    shown = 0
    async for step in service.steps(services, undertaking):
        if isinstance(step, Progress) and step.progress_percentage >= shown + _PROGRESS_STEP:
            shown = step.progress_percentage
            await _show(services, undertaking, shown)


async def _show(services: Services, undertaking: Undertaking, percentage: int) -> None:
    async def work(tx: Transaction) -> None:
        ref = JOBS.doc(undertaking.order.id, user=undertaking.user_id)
        job = await tx.get(ref)
        if job is not None and not job.is_over:
            tx.put(ref, progressed(job, percentage, now=services.clock.now()))

    await services.store.transact(work)


async def _give_up(services: Services, undertaking: Undertaking, error: ApiError) -> None:
    async def work(tx: Transaction) -> None:
        ref = JOBS.doc(undertaking.order.id, user=undertaking.user_id)
        job = await tx.get(ref)
        if job is None or job.is_over:
            return
        tx.put(ref, failed(job, error, now=services.clock.now()))
        tx.publish(
            GenerationEnded(
                user=undertaking.user_id,
                job=job.id,
                course=undertaking.order.course_id,
                status="failed",
            )
        )

    await services.store.transact(work)
