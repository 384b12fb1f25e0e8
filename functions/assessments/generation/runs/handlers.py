"""A queued generation."""

from functions.assessments.generation.runs import service
from functions.assessments.generation.runs.models import Order, RunGeneration
from functions.assessments.generation.runs.service import Progress, Undertaking
from shared.consumers import Handlers
from shared.jobs import Job
from shared.jobs.running import show_progress, work_off
from shared.published.flashcards import GenerationEnded
from shared.services import Services
from shared.store import Transaction

handlers = Handlers()

_PROGRESS_STEP = 20  # percent between two writes of the job


@handlers.does(RunGeneration)
async def run_generation(services: Services, task: RunGeneration) -> None:
    """Raises what may pass with time, so that the queue tries again."""

    async def work(job: Job) -> None:
        undertaking = Undertaking(
            user_id=task.user,
            timezone=str(job.request["timezone"]),
            order=_order(job),
            record_id=f"{job.id}.{job.attempts}",
            job=job.id,
        )
        shown = 0
        async for step in service.steps(services, undertaking):
            if isinstance(step, Progress) and step.progress_percentage >= shown + _PROGRESS_STEP:
                shown = step.progress_percentage
                await show_progress(services, user_id=task.user, job_id=job.id, percentage=shown)

    def tell(tx: Transaction, job: Job) -> None:
        course = _order(job).course_id
        tx.publish(GenerationEnded(user=task.user, job=job.id, course=course, status="failed"))

    await work_off(services, user_id=task.user, job_id=task.job, work=work, tell=tell)


def _order(job: Job) -> Order:
    return Order.model_validate(job.request["order"])
