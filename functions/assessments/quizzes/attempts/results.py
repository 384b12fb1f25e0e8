"""The result of an attempt, question by question."""

from collections.abc import Mapping
from typing import Self

from functions.assessments.flashcards.cards.schemas import FlashcardCitation
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import GradingStatus, compute_totals
from functions.assessments.quizzes.attempts.store import Reads, get_attempt_questions
from functions.assessments.quizzes.grading.models import (
    AppealStatus,
    GradedBy,
    Mark,
    MarkingRecord,
    ModelGrade,
    Pending,
)
from functions.assessments.quizzes.grading.rules import CHOICE_TYPES
from functions.assessments.quizzes.grading.store import get_records
from functions.assessments.quizzes.questions.models import QuestionType
from shared.web.schemas import Instant, View


class RubricPointResult(View):
    """The points for one point of the rubric, and the words of the answer that earned them."""

    text: str
    points_possible: float
    points: float
    quote: str
    comment: str


class ModelGradeView(View):
    """One grade by the model."""

    generator: str
    points: float
    rubric: tuple[RubricPointResult, ...]
    feedback: str
    graded_at: Instant

    @classmethod
    def of(cls, grade: ModelGrade) -> Self:
        points = tuple(
            RubricPointResult(points_possible=each.possible, **each.model_dump(exclude={"possible"}))
            for each in grade.details
        )
        return cls(**grade.model_dump(exclude={"details"}), rubric=points)


class AppealView(View):
    """An appeal against a grade.

    Its status is `raised` if the second grade gave more points, which then count, `upheld` if it did not, and
    `failed` if the model gave no grade.
    """

    reason: str
    status: AppealStatus
    made_at: Instant


class HandGradeView(View):
    """A grade given by hand, which replaces that of the model."""

    points: float
    comment: str
    graded_at: Instant


class QuestionResult(View):
    """The result of one question.

    `pending` is the reason that it has no grade yet. `correct_answer` is null if the key is a rubric.
    `model_grades` has the first grade and, after an appeal, the second.
    """

    question_id: str
    question: str
    question_type: QuestionType
    user_answer: str
    correct_answer: str | None
    is_correct: bool | None
    points_earned: float
    points_possible: float
    explanation: str
    citation: FlashcardCitation | None
    graded_by: GradedBy | None
    pending: Pending | None
    model_grades: tuple[ModelGradeView, ...]
    appeal: AppealView | None
    hand_grade: HandGradeView | None
    time_spent_seconds: float


class AttemptResult(View):
    """The result of a completed attempt. Only pending grades, appeals and grades by hand change it."""

    attempt_id: str
    quiz_id: str
    score: float
    points_possible: float
    percentage_score: float
    passed: bool
    started_at: Instant
    completed_at: Instant
    time_taken_minutes: int
    correct_answers: int
    total_questions: int
    grading_status: GradingStatus
    detailed_results: tuple[QuestionResult, ...]


class QuizTaken(AttemptResult):
    """The result of a quiz taken in one request. `badges_earned` is always empty: there are no badges yet."""

    badges_earned: tuple[str, ...] = ()


async def build_result(reads: Reads, *, user_id: str, attempt: Attempt) -> AttemptResult:
    """Return the result of a completed attempt.

    Costs a read for each sheet and each marking record, which are items.
    """
    questions = await get_attempt_questions(reads, user_id=user_id, attempt=attempt)
    records = await get_records(reads, user_id=user_id, attempt_id=attempt.id, marks=attempt.marks)
    return AttemptResult(**build_result_fields(attempt, questions, records))


def build_result_fields(
    attempt: Attempt, questions: Mapping[str, AttemptQuestion], records: Mapping[str, MarkingRecord]
) -> dict[str, object]:
    """Return the fields of an AttemptResult."""
    totals = compute_totals(attempt)
    assert attempt.completed_at is not None  # noqa: S101 - only completed attempts have a result
    duration = attempt.completed_at - attempt.started_at
    return {
        "attempt_id": attempt.id,
        "quiz_id": attempt.quiz,
        "score": totals.score,
        "points_possible": totals.possible,
        "percentage_score": totals.percentage,
        "passed": totals.passed,
        "started_at": attempt.started_at,
        "completed_at": attempt.completed_at,
        "time_taken_minutes": round(duration.total_seconds() / 60),
        "correct_answers": totals.correct,
        "total_questions": len(attempt.items),
        "grading_status": totals.grading,
        "detailed_results": tuple(
            _build_question_result(attempt, question, records.get(question.id))
            for question in questions.values()
        ),
    }


def _build_question_result(
    attempt: Attempt, question: AttemptQuestion, record: MarkingRecord | None
) -> QuestionResult:
    answer = attempt.answers.get(question.id)
    return QuestionResult(
        question_id=question.id,
        question=question.question_text,
        question_type=question.question_type,
        user_answer=_show_answer(question, answer),
        correct_answer=_show_key(question),
        points_possible=question.points,
        explanation=question.explanation,
        citation=FlashcardCitation.of(question.citation),
        time_spent_seconds=answer.seconds if answer else 0.0,
        **_build_grade_fields(attempt.marks[question.id], record),
    )


def _build_grade_fields(mark: Mark, record: MarkingRecord | None) -> dict[str, object]:
    appeal = record.appeal if record else None
    by_hand = record.by_hand if record else None
    return {
        "is_correct": mark.correct,
        "points_earned": mark.points,
        "graded_by": mark.graded_by,
        "pending": mark.pending,
        "model_grades": tuple(ModelGradeView.of(grade) for grade in (record.runs if record else ())),
        "appeal": AppealView(**appeal.model_dump()) if appeal else None,
        "hand_grade": HandGradeView(**by_hand.model_dump()) if by_hand else None,
    }


def _show_answer(question: AttemptQuestion, answer: Answer | None) -> str:
    if answer is None:
        return ""
    chosen = [option.text for option in question.options if option.id in answer.selected_options]
    return ", ".join(chosen) or answer.text_answer


def _show_key(question: AttemptQuestion) -> str | None:
    if question.question_type in CHOICE_TYPES:
        return ", ".join(option.text for option in question.options if option.is_correct)
    if question.question_type == "numeric" and question.correct_answer is not None:
        return f"{question.correct_answer:.15g} {question.unit}".rstrip()
    return question.accepted_answers[0] if question.accepted_answers else None
