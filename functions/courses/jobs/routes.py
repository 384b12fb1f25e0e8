"""Routes of jobs."""

from typing import Annotated, Any

from fastapi import Query

from functions.courses.jobs import service
from functions.courses.jobs.errors import JobNotFound
from shared.jobs import JobStatus, JobView, view_job
from shared.store import Cost
from shared.web.access import Access
from shared.web.depends import Caller, Provided, Stream
from shared.web.pages import Page, RequestedPage, get_page
from shared.web.router import Router
from shared.web.streams import stream_events

router = Router(tag="jobs")

WATCHER = Access(while_erasing=True)


@router.serve("GET", "/api/v1/jobs/", access=WATCHER, cost=Cost(reads=3, reads_per_item=1))
async def list_jobs(
    services: Provided,
    caller: Caller,
    page_request: RequestedPage,
    kind: Annotated[str | None, Query(max_length=60)] = None,
    status: JobStatus | None = None,
) -> Page[JobView]:
    """List the caller's jobs of the last thirty days, newest first."""
    query = service.query_jobs(caller.user_id, kind=kind, status=status)
    return await get_page(services.store, query, page_request, view_job)


@router.serve(
    "GET",
    "/api/v1/jobs/{job_id}/",
    access=WATCHER,
    cost=Cost(reads=2, note="a stream reads the job twice a second until it is over"),
    errors=[JobNotFound],
    response_model=JobView,
    events=dict.fromkeys(("progress", "completed", "failed"), JobView),
)
async def get_job(services: Provided, caller: Caller, job_id: str, stream: Stream) -> Any:
    """Return the state of a job.

    A stream sends each change as `progress`, then `completed` or `failed`.
    """
    job = await service.get_job(services, user_id=caller.user_id, job_id=job_id)
    if stream:
        return stream_events(service.watch_job(services, job, user_id=caller.user_id))
    return view_job(job)
