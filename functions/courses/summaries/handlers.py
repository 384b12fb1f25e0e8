"""The task that writes a queued summary."""

from functions.courses.summaries.tasks import RunSummary
from functions.courses.summaries.work import SummaryWork
from shared.consumers import Handlers
from shared.jobs.work import run_queued
from shared.services import Services

handlers = Handlers()


@handlers.does(RunSummary)
async def run_summary(services: Services, task: RunSummary) -> None:
    """Write the summary. Raises passing failures, so that the queue tries again."""
    await run_queued(services, user_id=task.user, job_id=task.job, restore=SummaryWork.restore)
