"""Tasks that have the model grade answers."""

from functions.assessments.quizzes.attempts.completion import get_grading_job_id
from functions.assessments.quizzes.attempts.tasks import GradeAttempt
from functions.assessments.quizzes.marking.service import get_appeal_job_id
from functions.assessments.quizzes.marking.tasks import RegradeAnswer
from functions.assessments.quizzes.marking.work import AnswerRegrading, AttemptGrading
from shared.consumers import Handlers
from shared.jobs.work import run_queued
from shared.services import Services

handlers = Handlers()


@handlers.does(GradeAttempt)
async def do_grade_attempt(services: Services, task: GradeAttempt) -> None:
    """Grade the open answers of a completed attempt by the model."""
    work, job_id = AttemptGrading(task), get_grading_job_id(task.attempt)
    await run_queued(services, user_id=task.user, job_id=job_id, restore=lambda _: work)


@handlers.does(RegradeAnswer)
async def do_regrade_answer(services: Services, task: RegradeAnswer) -> None:
    """Grade an answer anew after an appeal."""
    work, job_id = AnswerRegrading(task), get_appeal_job_id(task.attempt, task.question)
    await run_queued(services, user_id=task.user, job_id=job_id, restore=lambda _: work)
