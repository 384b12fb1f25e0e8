"""Jobs as a client sees them."""

from typing import Any

from fastapi.responses import JSONResponse

from shared.jobs.model import Job, JobStatus
from shared.language import translate
from shared.settings import Settings
from shared.web.schemas import Instant, View


class Accepted(View):
    """The work is queued; `status_url` returns its state (202)."""

    job_id: str
    status: JobStatus
    status_url: str


class JobView(View):
    """A job: its progress, and its result or error once it is over."""

    job_id: str
    kind: str
    status: JobStatus
    progress_percentage: int
    result: dict[str, Any] | None
    error: str | None
    created_at: Instant
    updated_at: Instant


def view_job(job: Job) -> JobView:
    """Return the view of a job."""
    fields = job.model_dump(include=set(JobView.model_fields) - {"job_id", "error"})
    return JobView(job_id=job.id, error=translate(job.error) if job.error else None, **fields)


def respond_accepted(job: Job, settings: Settings) -> JSONResponse:
    """Respond with 202 for a job that was just queued."""
    url = f"{settings.base_url}/api/v1/jobs/{job.id}/"
    body = Accepted(job_id=job.id, status=job.status, status_url=url)
    headers = {"Location": url, "Preference-Applied": "respond-async"}
    return JSONResponse(body.model_dump(), status_code=202, headers=headers)
