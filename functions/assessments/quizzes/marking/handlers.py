"""Tasks that ask the model."""

from functions.assessments.quizzes.attempts.finishing import grading_job
from functions.assessments.quizzes.attempts.tasks import GradeAttempt, RegradeAnswer
from functions.assessments.quizzes.marking import service
from shared.clock import derived_id
from shared.consumers import Handlers
from shared.jobs import Job
from shared.jobs.running import work_off
from shared.services import Services

handlers = Handlers()


@handlers.does(GradeAttempt)
async def on_grade(services: Services, task: GradeAttempt) -> None:
    async def work(job: Job) -> None:
        await service.grade_attempt(services, task, job)

    await work_off(services, user_id=task.user, job_id=grading_job(task.attempt), work=work)


@handlers.does(RegradeAnswer)
async def on_regrade(services: Services, task: RegradeAnswer) -> None:
    async def work(job: Job) -> None:
        await service.regrade(services, task, job)

    job_id = derived_id(service.APPEAL_JOB, task.attempt, task.question)
    await work_off(services, user_id=task.user, job_id=job_id, work=work)
