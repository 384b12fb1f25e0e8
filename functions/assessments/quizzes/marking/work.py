"""Grading by the model, as work that a job waits for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from pydantic import BaseModel

from functions.assessments.quizzes.attempts.store import ATTEMPTS
from functions.assessments.quizzes.attempts.tasks import GradeAttempt
from functions.assessments.quizzes.grading.models import AppealStatus, Mark, MarkingRecord, ModelGrade
from functions.assessments.quizzes.grading.store import record_ref
from functions.assessments.quizzes.marking.model_grading import (
    Outcome,
    apply_exceeded_quota,
    apply_first_grade,
    apply_grade,
    get_answers,
    get_pending_answers,
    grade_answer,
    skip_answer,
)
from functions.assessments.quizzes.marking.tasks import RegradeAnswer
from shared.jobs.work import Progress, QueuedWork, Run, reserve_or_postpone
from shared.store import Transaction

_MAX_ANSWERS_PER_TASK = 20  # so that a task ends in time


@dataclass(frozen=True)
class AttemptGrading(QueuedWork):
    """The first grades of an attempt's answers, some for each task."""

    task: GradeAttempt

    async def steps(self, run: Run) -> AsyncIterator[BaseModel]:
        """Grade the answers. Raises ModelUnavailable, to be tried again."""
        answers = await get_pending_answers(run, self.task.attempt)
        reservation = await reserve_or_postpone(run, self.task) if answers else "reserved"
        if reservation == "postponed":
            return
        for position, answer in enumerate(answers[:_MAX_ANSWERS_PER_TASK]):
            yield Progress(stage="grading", progress_percentage=100 * position // len(answers))
            if reservation == "reserved":
                await grade_answer(run, answer, apply_first_grade)
            else:
                await skip_answer(run, answer, apply_exceeded_quota)
        await _finish_or_continue(run, self.task, more=len(answers) > _MAX_ANSWERS_PER_TASK)


@dataclass(frozen=True)
class AnswerRegrading(QueuedWork):
    """The second grade of an answer, after an appeal."""

    task: RegradeAnswer

    async def steps(self, run: Run) -> AsyncIterator[BaseModel]:
        """Grade the answers. Raises ModelUnavailable, to be tried again."""
        task, store = self.task, run.services.store
        attempt = await store.get(ATTEMPTS.doc(task.attempt, user=task.user))
        record = await store.get(record_ref(task.user, task.attempt, task.question))
        if attempt is not None and record is not None and record.appeal is not None:
            reservation = await reserve_or_postpone(run, task)
            if reservation == "postponed":
                return
            yield Progress(stage="grading", progress_percentage=20)
            for answer in await get_answers(run, attempt, questions={task.question}):
                objecting = replace(answer, objection=record.appeal.reason)
                grade = grade_answer if reservation == "reserved" else skip_answer
                await grade(run, objecting, apply_second_grade)
        await _finish_or_continue(run, task, more=False)


def apply_second_grade(mark: Mark, record: MarkingRecord, grade: ModelGrade | None) -> Outcome | None:
    """Keep both grades and apply the better one; a grade by hand stands above both."""
    if record.appeal is None or record.appeal.status != "pending":
        return None
    if grade is None:
        return mark, _decide_appeal(record, "failed")
    record = record.model_copy(update={"runs": (*record.runs, grade)})
    if mark.graded_by == "model" and grade.points > mark.points:
        return apply_grade(mark, grade), _decide_appeal(record, "raised")
    return mark, _decide_appeal(record, "upheld")


def _decide_appeal(record: MarkingRecord, status: AppealStatus) -> MarkingRecord:
    assert record.appeal is not None  # noqa: S101 - a second grade follows an appeal
    return record.model_copy(update={"appeal": record.appeal.model_copy(update={"status": status})})


async def _finish_or_continue(run: Run, task: GradeAttempt | RegradeAnswer, *, more: bool) -> None:
    async def work(tx: Transaction) -> None:
        if more:
            tx.enqueue(task)
        elif run.job is not None:
            await run.finish(tx, run.job.request)

    await run.services.store.transact(work)
