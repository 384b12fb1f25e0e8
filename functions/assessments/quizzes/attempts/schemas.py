"""Attempts as requests and answers have them."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from functions.assessments.quizzes.attempts.answers import RecordedAnswer, SubmittedAnswer
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptStatus
from functions.assessments.quizzes.attempts.rules import GradingStatus, compute_totals
from functions.assessments.quizzes.attempts.start import StartedAttempt
from functions.assessments.quizzes.grading.models import AnswerContent
from functions.assessments.quizzes.questions.schemas import MAX_OPTIONS, QuestionForTaker
from shared.web.schemas import Body, DocumentId, Instant, View

MAX_ANSWERS = 500

Seconds = Annotated[float, Field(strict=True, ge=0, le=86_400, allow_inf_nan=False)]
AnswerText = Annotated[str, StringConstraints(max_length=10_000)]
Chosen = Annotated[tuple[DocumentId, ...], Field(max_length=MAX_OPTIONS)]


class _AnswerIn(Body):
    question: DocumentId
    selected_options: Chosen | None = None
    text_answer: AnswerText | None = None

    def to_answer(self, seconds: float = 0.0) -> SubmittedAnswer:
        chosen = tuple(dict.fromkeys(self.selected_options or ()))
        content = AnswerContent(selected_options=chosen, text_answer=self.text_answer or "")
        return SubmittedAnswer(self.question, content, seconds, frozenset(self.model_fields_set))


class ResponseIn(_AnswerIn):
    """An answer: options by their ids, or a text. Send neither to withdraw an earlier answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "7d9f2c1e-5f0a-4c55-9c8e-2f8d3a1b6c70",
                    "text_answer": "The derivative is 2x",
                    "time_spent_seconds": 45,
                }
            ]
        }
    )

    time_spent_seconds: Seconds | None = None


class QuizAnswerIn(_AnswerIn):
    """One of several answers that are sent together."""


class QuizAnswersIn(Body):
    """Answers to several questions; the seconds are those since the last submission."""

    answers: list[QuizAnswerIn] = Field(default=[], max_length=MAX_ANSWERS)
    time_spent_seconds: Seconds | None = None


class AnswerView(View):
    """The learner's own answer, as saved."""

    question: str
    selected_options: tuple[str, ...]
    text_answer: str
    time_spent_seconds: float

    @classmethod
    def of(cls, question: str, answer: Answer) -> Self:
        return cls(
            question=question,
            selected_options=answer.selected_options,
            text_answer=answer.text_answer,
            time_spent_seconds=answer.seconds,
        )


class StartedAttemptView(View):
    """An attempt in progress: its questions in their order, without their keys, and the answers so far."""

    attempt_id: str
    quiz_id: str
    status: AttemptStatus
    started_at: Instant
    expires_at: Instant | None
    time_limit_minutes: int | None
    questions_order: tuple[str, ...]
    questions: tuple[QuestionForTaker, ...]
    answers: tuple[AnswerView, ...]
    answered: int
    total_questions: int

    @classmethod
    def of(cls, started: StartedAttempt) -> Self:
        attempt, questions = started.attempt, started.questions
        order = [item.question for item in attempt.items if item.question in questions]
        answers = {each: attempt.answers[each] for each in order if each in attempt.answers}
        return cls(
            attempt_id=attempt.id,
            quiz_id=attempt.quiz,
            status=attempt.status,
            started_at=attempt.started_at,
            expires_at=attempt.expires_at,
            time_limit_minutes=attempt.terms.time_limit_minutes,
            questions_order=tuple(order),
            questions=tuple(QuestionForTaker.of(each, questions[each]) for each in order),
            answers=tuple(AnswerView.of(each, answer) for each, answer in answers.items()),
            answered=attempt.answered,
            total_questions=len(attempt.items),
        )


class QuizAttemptView(View):
    """The state of an attempt.

    Its score is null while it is in progress, and provisional while its grading is `pending` (the model has
    answers to grade) or `partial` (some can only be graded by hand).
    """

    attempt_id: str
    quiz_id: str
    course_id: str
    status: AttemptStatus
    started_at: Instant
    expires_at: Instant | None
    completed_at: Instant | None
    answered: int
    total_questions: int
    score: float | None
    points_possible: float | None
    percentage_score: float | None
    passed: bool | None
    correct_answers: int | None
    grading_status: GradingStatus | None

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        totals = compute_totals(attempt) if attempt.is_completed else None
        return cls(
            attempt_id=attempt.id,
            quiz_id=attempt.quiz,
            course_id=attempt.course,
            status=attempt.status,
            started_at=attempt.started_at,
            expires_at=attempt.expires_at,
            completed_at=attempt.completed_at,
            answered=attempt.answered,
            total_questions=len(attempt.items),
            score=totals.score if totals else None,
            points_possible=totals.possible if totals else None,
            percentage_score=totals.percentage if totals else None,
            passed=totals.passed if totals else None,
            correct_answers=totals.correct if totals else None,
            grading_status=totals.grading if totals else None,
        )


class RecordedView(View):
    """A recorded answer.

    `is_correct`, `points_earned` and `explanation` are null if the quiz does not show results at once; the
    first two also if no key can grade the answer.
    """

    attempt_id: str
    question: str
    recorded: Literal[True] = True
    is_correct: bool | None
    points_earned: float | None
    explanation: str | None
    answered: int
    remaining: int

    @classmethod
    def of(cls, recorded: RecordedAnswer) -> Self:
        attempt, mark = recorded.attempt, recorded.mark
        return cls(
            attempt_id=attempt.id,
            question=recorded.question.id,
            is_correct=mark.correct if mark else None,
            points_earned=mark.points if mark and not mark.pending else None,
            explanation=recorded.question.explanation if mark else None,
            answered=attempt.answered,
            remaining=len(attempt.items) - attempt.answered,
        )


class NextQuestionView(View):
    """The next question, null if all are answered.

    `estimated_ability` is in logits, 0 without any answers. If the quiz does not show results at once, the
    answers of this attempt do not change the estimates.
    """

    question: QuestionForTaker | None
    estimated_ability: float
    expected_success: float | None
    answered: int
    remaining: int
