"""A job's document and the states it goes through: queued, running, then completed or failed for good."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from shared.errors import ApiError
from shared.store import Collection, Document

JobStatus = Literal["queued", "running", "completed", "failed"]

_RETENTION_PERIOD = timedelta(days=30)


class Job(Document):
    """A job of one user; `request` describes the work for its task, `result` is for the client."""

    kind: str
    status: JobStatus = "queued"
    progress_percentage: int = 0
    attempts: int = 0  # starts so far, crashes included
    request: dict[str, Any] = Field(default_factory=dict)
    result: dict[str, Any] | None = None
    error: str | None = None
    error_code: str | None = None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @property
    def is_over(self) -> bool:
        return self.status in ("completed", "failed")


JOBS = Collection("users/{user}/jobs", Job)


def create_job(job_id: str, *, kind: str, request: dict[str, Any], now: datetime) -> Job:
    """Return a queued job; it expires after 30 days."""
    return Job(
        id=job_id,
        kind=kind,
        request=request,
        created_at=now,
        updated_at=now,
        expires_at=now + _RETENTION_PERIOD,
    )


def begin_attempt(job: Job, *, now: datetime) -> Job:
    """Count one more attempt."""
    return job.model_copy(update={"status": "running", "attempts": job.attempts + 1, "updated_at": now})


def record_progress(job: Job, percentage: int, *, now: datetime) -> Job:
    """Record progress, which never decreases and reaches 100 only by `finish_job`."""
    percentage = max(job.progress_percentage, min(99, percentage))
    return job.model_copy(update={"status": "running", "progress_percentage": percentage, "updated_at": now})


def finish_job(job: Job, result: dict[str, Any], *, now: datetime) -> Job:
    """Return the completed job with its result."""
    return job.model_copy(
        update={"status": "completed", "progress_percentage": 100, "result": result, "updated_at": now}
    )


def fail_job(job: Job, error: ApiError, *, now: datetime) -> Job:
    """Return the failed job with the text and code of its error."""
    return job.model_copy(
        update={"status": "failed", "error": error.text, "error_code": error.code, "updated_at": now}
    )
