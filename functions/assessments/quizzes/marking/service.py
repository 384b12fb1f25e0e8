"""Grading by the model, appeals against it, and grading by hand."""

from dataclasses import replace

from functions.assessments.quizzes.attempts.errors import AttemptNotOver
from functions.assessments.quizzes.attempts.models import Attempt, AttemptItem
from functions.assessments.quizzes.attempts.store import ATTEMPTS, questions_of, visible_attempt
from functions.assessments.quizzes.attempts.tasks import GradeAttempt, RegradeAnswer
from functions.assessments.quizzes.grading.models import Mark
from functions.assessments.quizzes.grading.rules import hand_mark
from functions.assessments.quizzes.marking.errors import AlreadyAppealed, GradedByKey, NotGradedByModel
from functions.assessments.quizzes.marking.judging import (
    cases_of,
    close_job,
    first_look,
    go_on_later,
    graded,
    look,
    no_look,
    pass_over,
    pending_cases,
    reserved,
)
from functions.assessments.quizzes.marking.models import Appeal, HandGrade, Run, Verdict
from functions.assessments.quizzes.marking.store import verdict_on, verdict_ref
from shared.clock import derived_id
from shared.errors import ValidationFailed
from shared.jobs import JOBS, Job, started
from shared.services import Services
from shared.store import Transaction

APPEAL_JOB = "appeal"
_AT_ONCE = 20  # answers, so that a task ends in time


async def grade_attempt(services: Services, task: GradeAttempt, job: Job) -> None:
    """Have the model look at the answers that wait for it, some at a time.

    Raises ModelUnavailable, to be tried again.
    """
    cases = await pending_cases(services, user_id=task.user, attempt_id=task.attempt, job=job)
    allowed = await reserved(services, user_id=task.user, task=task) if cases else "now"
    if allowed == "later":
        return
    for case in cases[:_AT_ONCE]:
        if allowed == "now":
            await look(services, case, first_look)
        else:
            await pass_over(services, case, no_look)
    if len(cases) > _AT_ONCE:
        await go_on_later(services, task)
    else:
        await close_job(services, user_id=task.user, job=job)


async def appeal(services: Services, *, user_id: str, attempt_id: str, question_id: str, reason: str) -> Job:
    """Have the model look again at an answer that it graded, once; the better grade counts.

    Raises AttemptNotFound, AttemptNotOver, ValidationFailed, NotGradedByModel, AlreadyAppealed.
    """
    now = services.clock.now()
    job = started(
        derived_id(APPEAL_JOB, attempt_id, question_id),
        kind=APPEAL_JOB,
        request={"attempt_id": attempt_id, "question": question_id},
        now=now,
    )

    async def work(tx: Transaction) -> None:
        attempt, _ = await _question_of_completed(tx, user_id, attempt_id, question_id)
        if attempt.marks[question_id].graded_by != "model":
            raise NotGradedByModel
        verdict = await verdict_on(tx, user_id, attempt_id, question_id)
        if verdict.appeal is not None:
            raise AlreadyAppealed
        made = verdict.model_copy(update={"appeal": Appeal(reason=reason, made_at=now)})
        tx.put(verdict_ref(user_id, attempt_id, question_id), made)
        tx.put(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(RegradeAnswer(user=user_id, attempt=attempt_id, question=question_id), key=job.id)

    await services.store.transact(work)
    return job


async def regrade(services: Services, task: RegradeAnswer, job: Job) -> None:
    """The second look, with the reason at hand. Raises ModelUnavailable, to be tried again."""
    attempt = await services.store.get(ATTEMPTS.doc(task.attempt, user=task.user))
    verdict = await services.store.get(verdict_ref(task.user, task.attempt, task.question))
    if attempt is not None and verdict is not None and verdict.appeal is not None:
        allowed = await reserved(services, user_id=task.user, task=task)
        if allowed == "later":
            return
        cases = await cases_of(
            services, user_id=task.user, attempt=attempt, questions={task.question}, job=job
        )
        for case in cases:
            objecting = replace(case, objection=verdict.appeal.reason)
            await (look if allowed == "now" else pass_over)(services, objecting, second_look)
    await close_job(services, user_id=task.user, job=job)


def second_look(mark: Mark, verdict: Verdict, run: Run | None) -> tuple[Mark, Verdict] | None:
    """Both looks are kept, and the better one counts; a grade by hand stands above both."""
    if verdict.appeal is None or verdict.appeal.status != "pending":
        return None
    if run is None:
        return mark, _decided(verdict, "failed")
    verdict = verdict.model_copy(update={"runs": (*verdict.runs, run)})
    if mark.graded_by == "model" and run.points > mark.points:
        return graded(mark, run), _decided(verdict, "raised")
    return mark, _decided(verdict, "upheld")


async def grade_by_hand(
    services: Services, *, user_id: str, attempt_id: str, question_id: str, points: float, comment: str
) -> Attempt:
    """Set the points of a written answer: whoever owns the quiz has the last word.

    Raises AttemptNotFound, AttemptNotOver, ValidationFailed, GradedByKey.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Attempt:
        attempt, item = await _question_of_completed(tx, user_id, attempt_id, question_id)
        if points > item.points:
            raise ValidationFailed(details={"points": [f"At most {item.points:g}"]})
        if not item.written:
            raise GradedByKey
        questions = await questions_of(tx, user_id=user_id, attempt=attempt, sheets=[item.sheet])
        mark = hand_mark(questions[question_id], points)
        after = attempt.model_copy(update={"marks": {**attempt.marks, question_id: mark}})
        verdict = await verdict_on(tx, user_id, attempt_id, question_id)
        by_hand = HandGrade(points=points, comment=comment, graded_at=now)
        tx.put(ATTEMPTS.doc(attempt_id, user=user_id), after)
        decided = verdict.model_copy(update={"by_hand": by_hand})
        tx.put(verdict_ref(user_id, attempt_id, question_id), decided)
        return after

    return await services.store.transact(work)


def _decided(verdict: Verdict, status: str) -> Verdict:
    assert verdict.appeal is not None  # noqa: S101 - second looks follow appeals
    appealed = verdict.appeal.model_copy(update={"status": status})
    return verdict.model_copy(update={"appeal": appealed})


async def _question_of_completed(
    tx: Transaction, user_id: str, attempt_id: str, question_id: str
) -> tuple[Attempt, AttemptItem]:
    attempt = await visible_attempt(tx, user_id=user_id, attempt_id=attempt_id)
    item = attempt.item(question_id)
    if item is None:
        raise ValidationFailed(details={"question": ["Not a question of this attempt"]})
    if not attempt.is_completed:
        raise AttemptNotOver
    return attempt, item
