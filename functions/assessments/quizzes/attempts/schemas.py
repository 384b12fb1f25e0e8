"""Attempts as requests and answers have them."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from functions.assessments.quizzes.attempts.answering import Recorded, Response
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptStatus
from functions.assessments.quizzes.attempts.rules import GradingStatus, totals
from functions.assessments.quizzes.attempts.starting import Begun
from functions.assessments.quizzes.grading.models import Given
from functions.assessments.quizzes.questions.schemas import MAX_OPTIONS, QuestionForTaker
from shared.web.schemas import Body, DocumentId, Instant, View

MOST_ANSWERS = 500

Seconds = Annotated[float, Field(strict=True, ge=0, le=86_400, allow_inf_nan=False)]
AnswerText = Annotated[str, StringConstraints(max_length=10_000)]
Chosen = Annotated[tuple[DocumentId, ...], Field(max_length=MAX_OPTIONS)]


class _AnswerIn(Body):
    question: DocumentId
    selected_options: Chosen | None = None
    text_answer: AnswerText | None = None

    def response(self, seconds: float = 0.0) -> Response:
        chosen = tuple(dict.fromkeys(self.selected_options or ()))
        return Response(
            self.question, Given(selected_options=chosen, text_answer=self.text_answer or ""), seconds
        )


class ResponseIn(_AnswerIn):
    """An answer: options by their ids, or a text. Neither takes an earlier answer back."""

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
    """One of the answers handed in together."""


class QuizAnswersIn(Body):
    answers: list[QuizAnswerIn] = Field(default=[], max_length=MOST_ANSWERS)
    time_spent_seconds: Seconds | None = None


class AnswerView(View):
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
    """An attempt to go on with: its questions in their order, without the answers, and what was given."""

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
    def of(cls, begun: Begun) -> Self:
        attempt = begun.attempt
        order = [item.question for item in attempt.items if item.question in begun.questions]
        given = {each: attempt.answers[each] for each in order if each in attempt.answers}
        return cls(
            attempt_id=attempt.id,
            quiz_id=attempt.quiz,
            status=attempt.status,
            started_at=attempt.started_at,
            expires_at=attempt.expires_at,
            time_limit_minutes=attempt.terms.time_limit_minutes,
            questions_order=tuple(order),
            questions=tuple(QuestionForTaker.of(each, begun.questions[each]) for each in order),
            answers=tuple(AnswerView.of(each, answer) for each, answer in given.items()),
            answered=attempt.answered,
            total_questions=len(attempt.items),
        )


class QuizAttemptView(View):
    """Where an attempt stands. What it came to is null while it is in progress, and provisional while its
    grading is `pending` (the model has something to grade) or `partial` (only a hand can)."""

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
        came_to = totals(attempt) if attempt.is_completed else None
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
            score=came_to.score if came_to else None,
            points_possible=came_to.possible if came_to else None,
            percentage_score=came_to.percentage if came_to else None,
            passed=came_to.passed if came_to else None,
            correct_answers=came_to.correct if came_to else None,
            grading_status=came_to.grading if came_to else None,
        )


class RecordedView(View):
    """`is_correct`, `points_earned` and `explanation` are null where the quiz doesn't show results at once,
    and the first two where no key can tell."""

    attempt_id: str
    question: str
    recorded: Literal[True] = True
    is_correct: bool | None
    points_earned: float | None
    explanation: str | None
    answered: int
    remaining: int

    @classmethod
    def of(cls, recorded: Recorded) -> Self:
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
    """`question` is null when all are answered. `estimated_ability` is in logits, 0 where nothing is known;
    where the quiz doesn't show results at once, neither estimate follows the answers of this attempt."""

    question: QuestionForTaker | None
    estimated_ability: float
    expected_success: float | None
    answered: int
    remaining: int
