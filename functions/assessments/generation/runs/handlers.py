"""Handler of queued generations."""

from functions.assessments.generation.runs.tasks import RunGeneration
from functions.assessments.generation.runs.work import GenerationWork
from shared.consumers import Handlers
from shared.jobs.work import run_queued
from shared.services import Services

handlers = Handlers()


@handlers.does(RunGeneration)
async def run_generation(services: Services, task: RunGeneration) -> None:
    """Run the generation of a job. Raises transient errors, so that the queue delivers the task again."""
    await run_queued(services, user_id=task.user, job_id=task.job, restore=GenerationWork.restore)
