"""Watching jobs."""

import asyncio
from collections.abc import AsyncIterator

from functions.courses.jobs.errors import JobMissing
from shared.jobs import JOBS, Job, JobStatus, JobView, job_view
from shared.services import Services
from shared.store import Query

_POLL_SECONDS = 0.5
_LONGEST_WATCH_SECONDS = 600.0


def jobs_of(user_id: str, *, kind: str | None, status: JobStatus | None) -> Query[Job]:
    """Newest first."""
    query = JOBS.query(user=user_id)
    for field, value in (("kind", kind), ("status", status)):
        if value is not None:
            query = query.where(field, "==", value)
    return query.order_by("created_at", descending=True)


async def get_job(services: Services, *, user_id: str, job_id: str) -> Job:
    """Raises JobMissing."""
    job = await services.store.get(JOBS.doc(job_id, user=user_id))
    if job is None or job.expires_at <= services.clock.now():
        raise JobMissing
    return job


async def watch(services: Services, job: Job, *, user_id: str) -> AsyncIterator[tuple[str, JobView]]:
    """The job at each change, until it is over or gone, or ten minutes have passed."""
    shown: JobView | None = None
    give_up = asyncio.get_running_loop().time() + _LONGEST_WATCH_SECONDS
    current: Job | None = job
    while current is not None:
        view = job_view(current)
        if view != shown:
            yield current.status if current.is_over else "progress", view
            shown = view
        if current.is_over or asyncio.get_running_loop().time() > give_up:
            return
        await asyncio.sleep(_POLL_SECONDS)
        current = await services.store.get(JOBS.doc(job.id, user=user_id))
