"""Grading by the model, appeals against its grades, and grading by hand."""

from dataclasses import replace

from functions.assessments.quizzes.attempts.errors import AttemptNotOver
from functions.assessments.quizzes.attempts.models import Attempt, AttemptItem
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt, get_attempt_questions
from functions.assessments.quizzes.attempts.tasks import GradeAttempt
from functions.assessments.quizzes.grading.models import (
    Appeal,
    AppealStatus,
    HandGrade,
    Mark,
    MarkingRecord,
    ModelGrade,
)
from functions.assessments.quizzes.grading.rules import hand_mark
from functions.assessments.quizzes.grading.store import get_record, record_ref
from functions.assessments.quizzes.marking.errors import AlreadyAppealed, GradedByKey, NotGradedByModel
from functions.assessments.quizzes.marking.model_grading import (
    Outcome,
    apply_exceeded_quota,
    apply_first_grade,
    apply_grade,
    enqueue_again,
    finish_job,
    get_answers,
    get_pending_answers,
    grade_answer,
    reserve_grading,
    skip_answer,
)
from functions.assessments.quizzes.marking.tasks import RegradeAnswer
from shared.clock import derived_id
from shared.errors import ValidationFailed
from shared.jobs import JOBS, Job, started
from shared.services import Services
from shared.store import Transaction

APPEAL_JOB = "appeal"
_MAX_ANSWERS_PER_TASK = 20  # so that a task ends in time


async def grade_attempt(services: Services, task: GradeAttempt, job: Job) -> None:
    """Have the model grade the answers that wait for it, some for each task.

    Raises ModelUnavailable, to be tried again.
    """
    answers = await get_pending_answers(services, user_id=task.user, attempt_id=task.attempt, job=job)
    permission = await reserve_grading(services, user_id=task.user, task=task) if answers else "now"
    if permission == "later":
        return
    for answer in answers[:_MAX_ANSWERS_PER_TASK]:
        if permission == "now":
            await grade_answer(services, answer, apply_first_grade)
        else:
            await skip_answer(services, answer, apply_exceeded_quota)
    if len(answers) > _MAX_ANSWERS_PER_TASK:
        await enqueue_again(services, task)
    else:
        await finish_job(services, user_id=task.user, job=job)


async def appeal(services: Services, *, user_id: str, attempt_id: str, question_id: str, reason: str) -> Job:
    """Have the model grade an answer that it graded once more; the better grade counts.

    Raises AttemptNotFound, AttemptNotOver, ValidationFailed, NotGradedByModel, AlreadyAppealed.
    """
    now = services.clock.now()
    job = started(
        get_appeal_job_id(attempt_id, question_id),
        kind=APPEAL_JOB,
        request={"attempt_id": attempt_id, "question": question_id},
        now=now,
    )

    async def work(tx: Transaction) -> None:
        attempt, _ = await _get_completed(tx, user_id, attempt_id, question_id)
        if attempt.marks[question_id].graded_by != "model":
            raise NotGradedByModel
        record = await get_record(tx, user_id, attempt_id, question_id)
        if record.appeal is not None:
            raise AlreadyAppealed
        appealed = record.model_copy(update={"appeal": Appeal(reason=reason, made_at=now)})
        tx.put(record_ref(user_id, attempt_id, question_id), appealed)
        tx.put(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(RegradeAnswer(user=user_id, attempt=attempt_id, question=question_id), key=job.id)

    await services.store.transact(work)
    return job


def get_appeal_job_id(attempt_id: str, question_id: str) -> str:
    return derived_id(APPEAL_JOB, attempt_id, question_id)


async def regrade_answer(services: Services, task: RegradeAnswer, job: Job) -> None:
    """Grade the answer once more, with the reason of the appeal. Raises ModelUnavailable, to be tried
    again."""
    attempt = await services.store.get(ATTEMPTS.doc(task.attempt, user=task.user))
    record = await services.store.get(record_ref(task.user, task.attempt, task.question))
    if attempt is not None and record is not None and record.appeal is not None:
        permission = await reserve_grading(services, user_id=task.user, task=task)
        if permission == "later":
            return
        answers = await get_answers(
            services, user_id=task.user, attempt=attempt, questions={task.question}, job=job
        )
        for answer in answers:
            objecting = replace(answer, objection=record.appeal.reason)
            await (grade_answer if permission == "now" else skip_answer)(
                services, objecting, apply_second_grade
            )
    await finish_job(services, user_id=task.user, job=job)


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


async def grade_by_hand(
    services: Services, *, user_id: str, attempt_id: str, question_id: str, points: float, comment: str
) -> Attempt:
    """Set the points of a written answer, above any other grade.

    Raises AttemptNotFound, AttemptNotOver, ValidationFailed, GradedByKey.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Attempt:
        attempt, item = await _get_completed(tx, user_id, attempt_id, question_id)
        if points > item.points:
            raise ValidationFailed(details={"points": [f"At most {item.points:g}"]})
        if not item.written:
            raise GradedByKey
        questions = await get_attempt_questions(tx, user_id=user_id, attempt=attempt, sheets=[item.sheet])
        mark = hand_mark(questions[question_id], points)
        graded = attempt.model_copy(update={"marks": {**attempt.marks, question_id: mark}})
        record = await get_record(tx, user_id, attempt_id, question_id)
        by_hand = HandGrade(points=points, comment=comment, graded_at=now)
        tx.put(ATTEMPTS.doc(attempt_id, user=user_id), graded)
        decided = record.model_copy(update={"by_hand": by_hand})
        tx.put(record_ref(user_id, attempt_id, question_id), decided)
        return graded

    return await services.store.transact(work)


def _decide_appeal(record: MarkingRecord, status: AppealStatus) -> MarkingRecord:
    assert record.appeal is not None  # noqa: S101 - a second grade follows an appeal
    return record.model_copy(update={"appeal": record.appeal.model_copy(update={"status": status})})


async def _get_completed(
    tx: Transaction, user_id: str, attempt_id: str, question_id: str
) -> tuple[Attempt, AttemptItem]:
    """Raises AttemptNotFound, AttemptNotOver, ValidationFailed."""
    attempt = await get_attempt(tx, user_id=user_id, attempt_id=attempt_id)
    item = attempt.item(question_id)
    if item is None:
        raise ValidationFailed(details={"question": ["Not a question of this attempt"]})
    if not attempt.is_completed:
        raise AttemptNotOver
    return attempt, item
