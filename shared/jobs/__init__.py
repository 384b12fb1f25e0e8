"""Jobs that a client may watch: `functions/courses` serves their status, every group starts its own."""

from shared.jobs.model import (
    JOBS,
    Job,
    JobStatus,
    begin_attempt,
    create_job,
    fail_job,
    finish_job,
    record_progress,
)
from shared.jobs.views import Accepted, JobView, respond_accepted, view_job

__all__ = [
    "JOBS",
    "Accepted",
    "Job",
    "JobStatus",
    "JobView",
    "begin_attempt",
    "create_job",
    "fail_job",
    "finish_job",
    "record_progress",
    "respond_accepted",
    "view_job",
]
