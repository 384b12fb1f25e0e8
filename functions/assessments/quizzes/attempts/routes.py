"""Routes of attempts: /api/v1/assessments/quiz-attempts/ and the paths that start one."""

from typing import Annotated

from fastapi import Query
from fastapi import Response as HttpResponse

from functions.assessments.quizzes.attempts import answers, completion, listing, start, store
from functions.assessments.quizzes.attempts.errors import (
    AttemptNotFound,
    AttemptNotOver,
    AttemptOver,
    NoAttemptsLeft,
)
from functions.assessments.quizzes.attempts.results import (
    AttemptResult,
    QuizTaken,
    build_result,
    build_result_fields,
)
from functions.assessments.quizzes.attempts.schemas import (
    NextQuestionView,
    QuizAnswersIn,
    QuizAttemptView,
    RecordedView,
    ResponseIn,
    StartedAttemptView,
)
from functions.assessments.quizzes.questions.schemas import QuestionForTaker
from functions.assessments.quizzes.quizzes.errors import QuizNotFound
from functions.assessments.quizzes.quizzes.routes import QUIZ
from shared.store import Cost
from shared.web.access import USER_OR_CHILD, Access
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router

router = Router(tag="attempts")

ATTEMPTS = "/api/v1/assessments/quiz-attempts/"
ATTEMPT = f"{ATTEMPTS}{{attempt_id}}/"
LEARNER = Access(roles=frozenset({"child", "student"}))

_SHEET = "an item is a sheet of a large quiz's questions"
_START = Cost(
    reads=7,
    writes=5,
    deletes=1,
    reads_per_item=1,
    writes_per_item=1,
    note="3 writes and the delete less where no attempt is completed; items are questions and the sheets "
    "that keep them",
)
_END = Cost(
    reads=3,
    writes=4,
    deletes=1,
    reads_per_item=1,
    note="items are sheets of a large quiz's questions and grades by the model or by hand",
)
_SETTLE = Cost(
    reads=5,
    writes=4,
    deletes=1,
    reads_per_item=1,
    note="2 reads less where the time is not up; else it is completed on the way; items as for completion",
)


@router.serve(
    "POST",
    f"{QUIZ}start_attempt/",
    access=USER_OR_CHILD,
    cost=_START,
    status=201,
    location=ATTEMPT,
    responses={200: {"model": StartedAttemptView, "description": "The attempt in progress"}},
    errors=[QuizNotFound, NoAttemptsLeft],
)
async def start_attempt(
    services: Provided, caller: Caller, quiz_id: str, response: HttpResponse
) -> StartedAttemptView:
    """Start an attempt, or return the one in progress with status 200."""
    started = await start.start_attempt(services, caller=caller, quiz_id=quiz_id)
    response.status_code = 201 if started.is_new else 200
    return StartedAttemptView.of(started)


@router.serve(
    "GET",
    ATTEMPTS,
    access=USER_OR_CHILD,
    cost=Cost(reads=14, writes=4, deletes=1, reads_per_item=1, writes_per_item=4, note="10 reads count"),
)
async def list_attempts(
    services: Provided,
    caller: Caller,
    page_request: RequestedPage,
    quiz: Annotated[str | None, Query(max_length=200, description="Only attempts at this quiz")] = None,
) -> Page[QuizAttemptView]:
    """List the user's attempts, the latest first. The count stops at 10,000."""
    return await listing.list_attempts(services, page_request, user_id=caller.user_id, quiz_id=quiz)


@router.serve("GET", ATTEMPT, access=USER_OR_CHILD, cost=_SETTLE, errors=[AttemptNotFound])
async def get_attempt(services: Provided, caller: Caller, attempt_id: str) -> QuizAttemptView:
    """Return the state of an attempt."""
    attempt = await store.get_attempt(services.store, user_id=caller.user_id, attempt_id=attempt_id)
    return QuizAttemptView.of(
        await completion.complete_if_overdue(services, user_id=caller.user_id, attempt=attempt)
    )


@router.serve(
    "POST",
    f"{ATTEMPT}submit_response/",
    access=USER_OR_CHILD,
    cost=Cost(reads=3, writes=1, reads_per_item=1, note=_SHEET),
    errors=[AttemptNotFound, AttemptOver],
)
async def submit_response(
    services: Provided, caller: Caller, attempt_id: str, body: ResponseIn
) -> RecordedView:
    """Answer a question; a second answer replaces the first.

    Answers are accepted until 30 seconds after the time limit.

    The answer tells whether it was right only if the quiz shows results at once and is not an exam.
    """
    recorded = await answers.submit_answer(
        services,
        user_id=caller.user_id,
        attempt_id=attempt_id,
        answer=body.to_answer(body.time_spent_seconds or 0.0),
    )
    return RecordedView.of(recorded)


@router.serve(
    "GET",
    f"{ATTEMPT}next_question/",
    access=USER_OR_CHILD,
    cost=Cost(reads=3, reads_per_item=1, note=_SHEET),
    errors=[AttemptNotFound, AttemptOver],
)
async def get_next_question(services: Provided, caller: Caller, attempt_id: str) -> NextQuestionView:
    """Return the next question without an answer.

    In an adaptive quiz this is the one whose chance of a right answer is nearest to 75 %, in others the next
    in order.
    """
    following = await answers.get_next_question(services, user_id=caller.user_id, attempt_id=attempt_id)
    question, chance = following.question, following.expected_success
    return NextQuestionView(
        question=QuestionForTaker.of(question.id, question) if question else None,
        estimated_ability=round(following.ability, 4),
        expected_success=None if chance is None else round(chance, 4),
        answered=following.attempt.answered,
        remaining=len(following.attempt.items) - following.attempt.answered,
    )


@router.serve("POST", f"{ATTEMPT}complete/", access=USER_OR_CHILD, cost=_END, errors=[AttemptNotFound])
async def complete_attempt(services: Provided, caller: Caller, attempt_id: str) -> AttemptResult:
    """Complete an attempt and return its result.

    A second call returns the same. Unanswered questions earn no points.
    """
    attempt = await completion.complete_attempt(services, user_id=caller.user_id, attempt_id=attempt_id)
    return await build_result(services.store, user_id=caller.user_id, attempt=attempt)


@router.serve(
    "GET",
    f"{ATTEMPT}results/",
    access=USER_OR_CHILD,
    cost=_SETTLE,
    errors=[AttemptNotFound, AttemptNotOver],
)
async def get_attempt_results(services: Provided, caller: Caller, attempt_id: str) -> AttemptResult:
    """Return the result of a completed attempt, as `complete` does."""
    attempt = await store.get_attempt(services.store, user_id=caller.user_id, attempt_id=attempt_id)
    attempt = await completion.complete_if_overdue(services, user_id=caller.user_id, attempt=attempt)
    if not attempt.is_completed:
        raise AttemptNotOver
    return await build_result(services.store, user_id=caller.user_id, attempt=attempt)


@router.serve(
    "POST",
    "/api/quizzes/{quiz_id}/attempt/",
    access=LEARNER,
    cost=_START,
    errors=[QuizNotFound, NoAttemptsLeft],
)
async def take_quiz(services: Provided, caller: Caller, quiz_id: str, body: QuizAnswersIn) -> QuizTaken:
    """Start, answer and complete an attempt in one request. It has every question of the quiz."""
    attempt, questions = await answers.answer_quiz(
        services,
        caller=caller,
        quiz_id=quiz_id,
        answers=[answer.to_answer() for answer in body.answers],
        seconds=round(body.time_spent_seconds or 0),
    )
    return QuizTaken(**build_result_fields(attempt, questions, {}))
