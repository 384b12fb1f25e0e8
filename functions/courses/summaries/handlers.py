"""A queued summary: worked off once, given up after a few attempts."""

import logging

from functions.courses.processing.reading import processed_document
from functions.courses.summaries.models import RunSummary, SummaryOrder
from functions.courses.summaries.schemas import SummaryView
from functions.courses.summaries.service import summarise
from shared.consumers import Handlers
from shared.errors import ApiError, ProcessingFailed, ServiceUnavailable
from shared.jobs import JOBS, Job, begun, failed, finished, progressed
from shared.services import Services
from shared.store import Transaction

log = logging.getLogger(__name__)

handlers = Handlers()

MAX_ATTEMPTS = 4


@handlers.does(RunSummary)
async def run_summary(services: Services, task: RunSummary) -> None:
    """Raises what may pass with time, so that the queue tries again."""
    job = await _begin(services, task)
    if job is None:
        return
    try:
        await _work(services, task, job)
    except ServiceUnavailable as error:
        if job.attempts < MAX_ATTEMPTS:
            raise
        await _give_up(services, task, error)
    except ApiError as error:
        await _give_up(services, task, error)
    except Exception:
        if job.attempts < MAX_ATTEMPTS:
            raise
        log.exception("summary %s failed for good", job.id)
        await _give_up(services, task, ProcessingFailed())


async def _begin(services: Services, task: RunSummary) -> Job | None:
    """Count the attempt; None where nothing is left to do."""
    ref = JOBS.doc(task.job, user=task.user)

    async def work(tx: Transaction) -> Job | None:
        job = await tx.get(ref)
        if job is None or job.is_over:
            return None
        now = services.clock.now()
        job = progressed(begun(job, now=now), 10, now=now)
        tx.put(ref, job)
        return job

    return await services.store.transact(work)


async def _work(services: Services, task: RunSummary, job: Job) -> None:
    order = SummaryOrder.model_validate(job.request)
    document = await processed_document(
        services, user_id=task.user, course_id=order.course, document_id=order.document
    )

    def finish(tx: Transaction, result: SummaryView) -> None:
        done = finished(job, result.model_dump(mode="json"), now=services.clock.now())
        tx.put(JOBS.doc(job.id, user=task.user), done)

    await summarise(services, document, order, effect=finish)


async def _give_up(services: Services, task: RunSummary, error: ApiError) -> None:
    ref = JOBS.doc(task.job, user=task.user)

    async def work(tx: Transaction) -> None:
        job = await tx.get(ref)
        if job is not None and not job.is_over:
            tx.put(ref, failed(job, error, now=services.clock.now()))

    await services.store.transact(work)
