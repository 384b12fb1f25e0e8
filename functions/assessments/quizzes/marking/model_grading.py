"""Grading by the model: its quotes are checked against the answer, its points against the rubric."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.assessments.quizzes.attempts.models import Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt_questions
from functions.assessments.quizzes.grading.models import GradedPoint, Mark, MarkingRecord, ModelGrade
from functions.assessments.quizzes.grading.rules import build_grade_request, limit_to_support, mark_by_model
from functions.assessments.quizzes.grading.store import get_record, record_ref
from shared.errors import ServiceUnavailable
from shared.jobs.work import Run
from shared.model.protocol import Grade, GradeRequest, ModelRefused, ModelUnavailable, ModelUnusable, Usage
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, settle_tokens

_MAX_QUOTE_CHARS = 500
_MAX_COMMENT_CHARS = 500
_MAX_FEEDBACK_CHARS = 2000

Outcome = tuple[Mark, MarkingRecord]

# Decide on the mark and the record after a grade by the model, which is None if it gave none. None changes
# nothing.
Decide = Callable[[Mark, MarkingRecord, ModelGrade | None], Outcome | None]


@dataclass(frozen=True)
class PendingAnswer:
    """An answer to be graded; `objection` is the learner's to the first grade."""

    attempt_id: str
    question: AttemptQuestion
    text: str
    objection: str = ""


async def get_pending_answers(run: Run, attempt_id: str) -> list[PendingAnswer]:
    """Return the answers of the attempt that wait for the model."""
    attempt = await run.services.store.get(ATTEMPTS.doc(attempt_id, user=run.user_id))
    if attempt is None:
        return []
    pending = {question for question, mark in attempt.marks.items() if mark.pending == "model"}
    return await get_answers(run, attempt, questions=pending)


async def get_answers(run: Run, attempt: Attempt, *, questions: set[str]) -> list[PendingAnswer]:
    """Return the answers of the attempt to these questions."""
    sheets = [item.sheet for item in attempt.items if item.question in questions]
    store = run.services.store
    loaded = await get_attempt_questions(store, user_id=run.user_id, attempt=attempt, sheets=sheets)
    return [
        PendingAnswer(attempt.id, question, attempt.answers[question.id].text_answer)
        for question in loaded.values()
        if question.id in questions
    ]


async def grade_answer(run: Run, answer: PendingAnswer, decide: Decide) -> None:
    """Ask the model for a grade and save what `decide` makes of it, with the tokens used.

    Raises ModelUnavailable, so that the job is tried again, until its last attempt.
    """
    request = build_grade_request(answer.question, answer.text, objection=answer.objection)
    try:
        grade = await run.services.model.grade(request)
    except (ModelUnavailable, ModelRefused, ModelUnusable) as error:
        again = isinstance(error, ServiceUnavailable) and not run.is_last_attempt
        await _save(run, answer, None if again else decide, None, error.spent)
        if again:
            raise
    else:
        await _save(run, answer, decide, _build_grade(run.services, answer, request, grade), grade.usage)


async def skip_answer(run: Run, answer: PendingAnswer, decide: Decide) -> None:
    """Save what `decide` makes of an answer for which the model may not be asked."""
    await _save(run, answer, decide, None, None)


def apply_first_grade(mark: Mark, record: MarkingRecord, grade: ModelGrade | None) -> Outcome | None:
    """Apply the grade while the answer is pending: a person or another delivery may have graded it."""
    if mark.pending != "model":
        return None
    if grade is None:
        return mark.model_copy(update={"pending": "model_failed"}), record
    return apply_grade(mark, grade), record.model_copy(update={"runs": (grade,)})


def apply_exceeded_quota(mark: Mark, record: MarkingRecord, _: ModelGrade | None) -> Outcome | None:
    """Leave a pending answer to a grade by hand: the tokens of the month are used up."""
    if mark.pending != "model":
        return None
    return mark.model_copy(update={"pending": "quota_exceeded"}), record


def apply_grade(mark: Mark, grade: ModelGrade) -> Mark:
    """Return the mark with the model's points; correct where each point of the rubric is met in full."""
    full = bool(grade.details) and all(point.points >= point.possible for point in grade.details)
    return mark.model_copy(
        update={"points": grade.points, "correct": full, "graded_by": "model", "pending": None}
    )


def _build_grade(
    services: Services, answer: PendingAnswer, request: GradeRequest, grade: Grade
) -> ModelGrade:
    """Return the model's grade with only the points that the answer supports."""
    points = limit_to_support(grade, request)
    details = tuple(
        GradedPoint(
            text=rubric.text,
            possible=rubric.points,
            points=point.points,
            quote=point.quote[:_MAX_QUOTE_CHARS],
            comment=point.comment[:_MAX_COMMENT_CHARS],
        )
        for rubric, point in zip(request.rubric, points, strict=True)
    )
    return ModelGrade(
        generator=grade.usage.model or services.model.name,
        points=mark_by_model(answer.question, points).points,
        details=details,
        feedback=grade.feedback[:_MAX_FEEDBACK_CHARS],
        graded_at=services.clock.now(),
    )


async def _save(
    run: Run,
    answer: PendingAnswer,
    decide: Decide | None,
    grade: ModelGrade | None,
    usage: Usage | None,
) -> None:
    """Settle the tokens and save the decision, unless the attempt was deleted meanwhile."""

    async def work(tx: Transaction) -> None:
        ref = ATTEMPTS.doc(answer.attempt_id, user=run.user_id)
        attempt = await tx.get(ref)
        if attempt is None:
            return
        tokens = usage.input_tokens + usage.output_tokens if usage else 0
        settle_tokens(tx, UsageOf(run.user_id, run.services.clock.now()), tokens=tokens)
        question = answer.question.id
        record = await get_record(tx, run.user_id, attempt.id, question)
        outcome = decide(attempt.marks[question], record, grade) if decide else None
        if outcome is None:
            return
        mark, decided = outcome
        tx.put(ref, attempt.model_copy(update={"marks": {**attempt.marks, question: mark}}))
        if decided != record:
            tx.put(record_ref(run.user_id, attempt.id, question), decided)

    await run.services.store.transact(work)
