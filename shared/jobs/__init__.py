"""Long work that a client may watch: `functions/courses` serves it, every group starts its own."""

from shared.jobs.model import JOBS, Job, JobStatus, begun, failed, finished, progressed, started
from shared.jobs.views import Accepted, JobView, accepted, job_view

__all__ = [
    "JOBS",
    "Accepted",
    "Job",
    "JobStatus",
    "JobView",
    "accepted",
    "begun",
    "failed",
    "finished",
    "job_view",
    "progressed",
    "started",
]
