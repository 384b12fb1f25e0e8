"""The task that makes an archive."""

from functions.auth.export import service
from functions.auth.export.tasks import MakeExport
from shared.consumers import Handlers
from shared.jobs import Job
from shared.jobs.running import run_attempt
from shared.services import Services

handlers = Handlers()


@handlers.does(MakeExport)
async def make_export(services: Services, task: MakeExport) -> None:
    """Make the archive. Raises passing failures, so that the queue tries again."""

    async def work(job: Job) -> None:
        await service.make_export(services, user_id=task.user, job_id=job.id)

    await run_attempt(services, user_id=task.user, job_id=task.job, work=work)
