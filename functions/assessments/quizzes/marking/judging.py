"""Having the model grade answers: its words are checked against the answer, its points against the rubric."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from functions.assessments.quizzes.attempts.models import Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.store import ATTEMPTS, questions_of
from functions.assessments.quizzes.grading.models import Mark
from functions.assessments.quizzes.grading.rules import grade_request, supported, written_mark
from functions.assessments.quizzes.marking.models import PointVerdict, Run, Verdict
from functions.assessments.quizzes.marking.store import verdict_on, verdict_ref
from shared.errors import QuotaExceeded, RateLimited, ServiceUnavailable
from shared.jobs import JOBS, Job, finished
from shared.jobs.running import MAX_ATTEMPTS
from shared.messages import Task
from shared.model.protocol import Grade, GradeRequest, ModelRefused, ModelUnavailable, ModelUnusable, Usage
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, reserve_generation, settle_tokens

_LONGEST_QUOTE, _LONGEST_COMMENT, _LONGEST_FEEDBACK = 500, 500, 2000

Allowed = Literal["now", "later", "no"]

# What follows from one look of the model, None where it came to nothing: the mark, and the verdict if any.
Decide = Callable[[Mark, Verdict, Run | None], tuple[Mark, Verdict] | None]


@dataclass(frozen=True)
class Case:
    """One answer to be looked at for an attempt at a job; `objection` is the learner's to the first look."""

    user_id: str
    attempt_id: str
    question: AttemptQuestion
    text: str
    job: Job
    objection: str = ""


async def reserved(services: Services, *, user_id: str, task: Task) -> Allowed:
    """Count one generation: now; later, in an hour with room, when the task comes again; or not, where the
    tokens of the month are used up."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Allowed:
        try:
            await reserve_generation(tx, UsageOf(user_id, now), services.settings)
        except RateLimited as error:
            tx.enqueue(task, at=now + timedelta(seconds=error.retry_after or 60))
            return "later"
        except QuotaExceeded:
            return "no"
        return "now"

    return await services.store.transact(work)


async def pending_cases(services: Services, *, user_id: str, attempt_id: str, job: Job) -> list[Case]:
    """The answers of the attempt that wait for the model."""
    attempt = await services.store.get(ATTEMPTS.doc(attempt_id, user=user_id))
    if attempt is None:
        return []
    waiting = {question for question, mark in attempt.marks.items() if mark.pending == "model"}
    return await cases_of(services, user_id=user_id, attempt=attempt, questions=waiting, job=job)


async def cases_of(
    services: Services, *, user_id: str, attempt: Attempt, questions: set[str], job: Job
) -> list[Case]:
    sheets = [item.sheet for item in attempt.items if item.question in questions]
    found = await questions_of(services.store, user_id=user_id, attempt=attempt, sheets=sheets)
    return [
        Case(user_id, attempt.id, question, attempt.answers[question.id].text_answer, job)
        for question in found.values()
        if question.id in questions
    ]


async def look(services: Services, case: Case, decide: Decide) -> None:
    """Ask the model about one answer and keep what follows, with the tokens it took.

    Raises ModelUnavailable, so that the job tries again, until its last attempt.
    """
    request = grade_request(case.question, case.text, objection=case.objection)
    try:
        grade = await services.model.grade(request)
    except (ModelUnavailable, ModelRefused, ModelUnusable) as error:
        again = isinstance(error, ServiceUnavailable) and case.job.attempts < MAX_ATTEMPTS
        await _keep(services, case, None if again else decide, None, error.spent)
        if again:
            raise
    else:
        await _keep(services, case, decide, _run(services, case, request, grade), grade.usage)


async def pass_over(services: Services, case: Case, decide: Decide) -> None:
    """Keep what follows where the model may not be asked."""
    await _keep(services, case, decide, None, None)


async def go_on_later(services: Services, task: Task) -> None:
    async def work(tx: Transaction) -> None:
        tx.enqueue(task)

    await services.store.transact(work)


async def close_job(services: Services, *, user_id: str, job: Job) -> None:
    async def work(tx: Transaction) -> None:
        ref = JOBS.doc(job.id, user=user_id)
        current = await tx.get(ref)
        if current is not None and not current.is_over:
            tx.put(ref, finished(current, current.request, now=services.clock.now()))

    await services.store.transact(work)


def first_look(mark: Mark, verdict: Verdict, run: Run | None) -> tuple[Mark, Verdict] | None:
    """Counts only while the answer waits for it: a hand may have been faster, or another delivery."""
    if mark.pending != "model":
        return None
    if run is None:
        return mark.model_copy(update={"pending": "model_failed"}), verdict
    return graded(mark, run), verdict.model_copy(update={"runs": (run,)})


def no_look(mark: Mark, verdict: Verdict, _: Run | None) -> tuple[Mark, Verdict] | None:
    """The month's tokens are used up."""
    if mark.pending != "model":
        return None
    return mark.model_copy(update={"pending": "quota_exceeded"}), verdict


def graded(mark: Mark, run: Run) -> Mark:
    full = bool(run.details) and all(point.points >= point.possible for point in run.details)
    return mark.model_copy(
        update={"points": run.points, "correct": full, "graded_by": "model", "pending": None}
    )


def _run(services: Services, case: Case, request: GradeRequest, grade: Grade) -> Run:
    points = supported(grade, request)
    details = tuple(
        PointVerdict(
            text=wanted.text,
            possible=wanted.points,
            points=given.points,
            quote=given.quote[:_LONGEST_QUOTE],
            comment=given.comment[:_LONGEST_COMMENT],
        )
        for wanted, given in zip(request.rubric, points, strict=True)
    )
    return Run(
        generator=grade.usage.model or services.model.name,
        points=written_mark(case.question, points).points,
        details=details,
        feedback=grade.feedback[:_LONGEST_FEEDBACK],
        graded_at=services.clock.now(),
    )


async def _keep(
    services: Services, case: Case, decide: Decide | None, run: Run | None, spent: Usage | None
) -> None:
    """Nothing is kept of an attempt that was deleted meanwhile."""

    async def work(tx: Transaction) -> None:
        ref = ATTEMPTS.doc(case.attempt_id, user=case.user_id)
        attempt = await tx.get(ref)
        if attempt is None:
            return
        usage = UsageOf(case.user_id, services.clock.now())
        settle_tokens(tx, usage, tokens=spent.input_tokens + spent.output_tokens if spent else 0)
        question = case.question.id
        verdict = await verdict_on(tx, case.user_id, attempt.id, question)
        decided = decide(attempt.marks[question], verdict, run) if decide else None
        if decided is None:
            return
        mark, after = decided
        marks = {**attempt.marks, question: mark}
        tx.put(ref, attempt.model_copy(update={"marks": marks}))
        if after != verdict:
            tx.put(verdict_ref(case.user_id, attempt.id, question), after)

    await services.store.transact(work)
