"""What an attempt came to, question by question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from functions.assessments.flashcards.cards.schemas import FlashcardCitation
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import GradingStatus, totals
from functions.assessments.quizzes.attempts.store import Reads, get_attempt_questions
from functions.assessments.quizzes.grading.models import (
    AppealStatus,
    GradedBy,
    Mark,
    MarkingRecord,
    ModelGrade,
    Pending,
)
from functions.assessments.quizzes.grading.rules import CHOICES
from functions.assessments.quizzes.grading.store import get_records
from functions.assessments.quizzes.questions.models import QuestionType
from shared.web.schemas import Instant, View


class RubricPointResult(View):
    """Points for one point of the rubric, and the words of the answer that they stand on."""

    text: str
    points_possible: float
    points: float
    quote: str
    comment: str


class ModelGradeView(View):
    """One look of the model at the answer."""

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
    """`raised` where the second look gave more, which counts; `upheld` where it did not; `failed` where there
    was none."""

    reason: str
    status: AppealStatus
    made_at: Instant


class HandGradeView(View):
    points: float
    comment: str
    graded_at: Instant


class QuestionResult(View):
    """How one question went. `pending` tells what its grade waits for; `correct_answer` is null where the key
    is a rubric. `model_grades` are the first look and, after an appeal, the second."""

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
    """The result of a completed attempt. It stays the same from one call to the next; only grades that were
    pending, appeals and grades by hand change it."""

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
    """`badges_earned` awaits badges."""

    badges_earned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parts:
    """A completed attempt with its questions and the records of their marking."""

    attempt: Attempt
    questions: Mapping[str, AttemptQuestion]
    records: Mapping[str, MarkingRecord]


async def result_of(reads: Reads, *, user_id: str, attempt: Attempt) -> AttemptResult:
    """Costs a read for each sheet and each record; both are items."""
    questions = await get_attempt_questions(reads, user_id=user_id, attempt=attempt)
    records = await get_records(reads, user_id=user_id, attempt_id=attempt.id, marks=attempt.marks)
    return AttemptResult(**result_fields(Parts(attempt, questions, records)))


def result_fields(parts: Parts) -> dict[str, object]:
    attempt, came_to = parts.attempt, totals(parts.attempt)
    assert attempt.completed_at is not None  # noqa: S101 - only completed attempts have a result
    taken = attempt.completed_at - attempt.started_at
    return {
        "attempt_id": attempt.id,
        "quiz_id": attempt.quiz,
        "score": came_to.score,
        "points_possible": came_to.possible,
        "percentage_score": came_to.percentage,
        "passed": came_to.passed,
        "started_at": attempt.started_at,
        "completed_at": attempt.completed_at,
        "time_taken_minutes": round(taken.total_seconds() / 60),
        "correct_answers": came_to.correct,
        "total_questions": len(attempt.items),
        "grading_status": came_to.grading,
        "detailed_results": tuple(_detail(parts, question) for question in parts.questions.values()),
    }


def _detail(parts: Parts, question: AttemptQuestion) -> QuestionResult:
    mark, answer = parts.attempt.marks[question.id], parts.attempt.answers.get(question.id)
    return QuestionResult(
        question_id=question.id,
        question=question.question_text,
        question_type=question.question_type,
        user_answer=_given(question, answer),
        correct_answer=_right(question),
        points_possible=question.points,
        explanation=question.explanation,
        citation=FlashcardCitation.of(question.citation),
        time_spent_seconds=answer.seconds if answer else 0.0,
        **_grade(mark, parts.records.get(question.id)),
    )


def _grade(mark: Mark, record: MarkingRecord | None) -> dict[str, object]:
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


def _given(question: AttemptQuestion, answer: Answer | None) -> str:
    if answer is None:
        return ""
    chosen = [option.text for option in question.options if option.id in answer.selected_options]
    return ", ".join(chosen) or answer.text_answer


def _right(question: AttemptQuestion) -> str | None:
    if question.question_type in CHOICES:
        return ", ".join(option.text for option in question.options if option.is_correct)
    if question.question_type == "numeric" and question.correct_answer is not None:
        return f"{question.correct_answer:.15g}"
    return question.accepted_answers[0] if question.accepted_answers else None
