"""A queued summary."""

from functions.courses.processing.reading import get_processed_document
from functions.courses.summaries.models import SummaryOrder
from functions.courses.summaries.schemas import SummaryView
from functions.courses.summaries.service import summarise
from functions.courses.summaries.tasks import RunSummary
from shared.consumers import Handlers
from shared.jobs import JOBS, Job, finished
from shared.jobs.running import show_progress, work_off
from shared.services import Services
from shared.store import Transaction

handlers = Handlers()


@handlers.does(RunSummary)
async def run_summary(services: Services, task: RunSummary) -> None:
    """Raises what may pass with time, so that the queue tries again."""

    async def work(job: Job) -> None:
        order = SummaryOrder.model_validate(job.request)
        document = await get_processed_document(
            services, user_id=task.user, course_id=order.course, document_id=order.document
        )
        await show_progress(services, user_id=task.user, job_id=job.id, percentage=10)

        def finish(tx: Transaction, result: SummaryView) -> None:
            done = finished(job, result.model_dump(mode="json"), now=services.clock.now())
            tx.put(JOBS.doc(job.id, user=task.user), done)

        await summarise(services, document, order, effect=finish)

    await work_off(services, user_id=task.user, job_id=task.job, work=work)
