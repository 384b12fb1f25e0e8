"""Tasks that have the model grade answers."""

from functions.assessments.quizzes.attempts.finishing import grading_job
from functions.assessments.quizzes.attempts.tasks import GradeAttempt
from functions.assessments.quizzes.marking import service
from functions.assessments.quizzes.marking.tasks import RegradeAnswer
from shared.consumers import Handlers
from shared.jobs import Job
from shared.jobs.running import work_off
from shared.services import Services

handlers = Handlers()


@handlers.does(GradeAttempt)
async def do_grade_attempt(services: Services, task: GradeAttempt) -> None:
    async def work(job: Job) -> None:
        await service.grade_attempt(services, task, job)

    await work_off(services, user_id=task.user, job_id=grading_job(task.attempt), work=work)


@handlers.does(RegradeAnswer)
async def do_regrade_answer(services: Services, task: RegradeAnswer) -> None:
    async def work(job: Job) -> None:
        await service.regrade_answer(services, task, job)

    job_id = service.get_appeal_job_id(task.attempt, task.question)
    await work_off(services, user_id=task.user, job_id=job_id, work=work)
