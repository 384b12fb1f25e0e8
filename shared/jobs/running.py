"""Running a job's attempts: done once, given up after a few, never left half-done."""

import logging
from collections.abc import Awaitable, Callable

from shared.errors import ApiError, ProcessingFailed, ServiceUnavailable
from shared.jobs.model import JOBS, Job, begin_attempt, fail_job, record_progress
from shared.services import Services
from shared.store import Transaction

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 4

Work = Callable[[Job], Awaitable[None]]
Notify = Callable[[Transaction, Job], None]


def _notify_nobody(_tx: Transaction, _job: Job) -> None:
    """Tell nobody: clients read the job."""


async def run_attempt(
    services: Services, *, user_id: str, job_id: str, work: Work, notify: Notify = _notify_nobody
) -> None:
    """Run `work`, which finishes the job in the transaction of its effect, unless the job is over.

    Raises an outage, so that the queue retries, until the last attempt. That one, and any other failure,
    fails the job; `notify` may publish it in the same transaction.
    """
    job = await _begin(services, user_id, job_id)
    if job is None:
        return
    try:
        await work(job)
    except ApiError as error:
        if isinstance(error, ServiceUnavailable) and job.attempts < MAX_ATTEMPTS:
            raise
        await _give_up(services, user_id, job_id, error, notify)
    except Exception:
        if job.attempts < MAX_ATTEMPTS:
            raise
        log.exception("job %s failed; giving up", job_id)
        await _give_up(services, user_id, job_id, ProcessingFailed(), notify)


async def show_progress(services: Services, *, user_id: str, job_id: str, percentage: int) -> None:
    """Store the progress of a running job. Costs 1 read, 1 write."""

    async def work(tx: Transaction) -> None:
        ref = JOBS.doc(job_id, user=user_id)
        job = await tx.get(ref)
        if job is not None and not job.is_over:
            tx.put(ref, record_progress(job, percentage, now=services.clock.now()))

    await services.store.transact(work)


async def _begin(services: Services, user_id: str, job_id: str) -> Job | None:
    """Count the attempt before it runs, since it may crash; None where nothing is left to do."""

    async def work(tx: Transaction) -> Job | None:
        ref = JOBS.doc(job_id, user=user_id)
        job = await tx.get(ref)
        if job is None or job.is_over:
            return None
        job = begin_attempt(job, now=services.clock.now())
        tx.put(ref, job)
        return job

    return await services.store.transact(work)


async def _give_up(services: Services, user_id: str, job_id: str, error: ApiError, notify: Notify) -> None:
    async def work(tx: Transaction) -> Job | None:
        ref = JOBS.doc(job_id, user=user_id)
        job = await tx.get(ref)
        if job is None or job.is_over:
            return None
        job = fail_job(job, error, now=services.clock.now())
        tx.put(ref, job)
        notify(tx, job)
        return job

    failed = await services.store.transact(work)
    if failed is not None and error.status >= 500:  # the other failures are answers to the caller
        fields = {"failed_work": failed.kind, "job": job_id, "error_code": error.code}
        log.warning("job failed", extra={"fields": fields})
