"""Use cases of jobs."""

from collections.abc import AsyncIterator

from functions.courses.jobs.errors import JobNotFound
from shared.jobs import JOBS, Job, JobStatus, JobView, view_job
from shared.services import Services
from shared.store import Query
from shared.web.streams import watch_changes

_POLL_SECONDS = 0.5
_MAX_WATCH_SECONDS = 600.0


def query_jobs(user_id: str, *, kind: str | None, status: JobStatus | None) -> Query[Job]:
    """Select the user's jobs, newest first."""
    query = JOBS.query(user=user_id)
    for field, value in (("kind", kind), ("status", status)):
        if value is not None:
            query = query.where(field, "==", value)
    return query.order_by("created_at", descending=True)


async def get_job(services: Services, *, user_id: str, job_id: str) -> Job:
    """Load a job. Raises JobNotFound."""
    job = await services.store.get(JOBS.doc(job_id, user=user_id))
    if job is None or job.expires_at <= services.clock.now():
        raise JobNotFound
    return job


async def watch_job(services: Services, job: Job, *, user_id: str) -> AsyncIterator[tuple[str, JobView]]:
    """Yield the job at each change until it ends or is deleted, at most for ten minutes."""
    ref = JOBS.doc(job.id, user=user_id)
    updates = watch_changes(
        job, lambda: services.store.get(ref), view_job, every=_POLL_SECONDS, at_most=_MAX_WATCH_SECONDS
    )
    async for current, view in updates:
        yield current.status if current.is_over else "progress", view
