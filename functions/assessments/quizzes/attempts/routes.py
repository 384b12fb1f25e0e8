"""/api/v1/assessments/quiz-attempts/, and where attempts at quizzes begin."""

from typing import Annotated

from fastapi import Query
from fastapi import Response as HttpResponse

from functions.assessments.quizzes.attempts import answering, finishing, starting, store
from functions.assessments.quizzes.attempts.errors import (
    AttemptNotFound,
    AttemptNotOver,
    AttemptOver,
    NoAttemptsLeft,
)
from functions.assessments.quizzes.attempts.listing import list_attempts_of
from functions.assessments.quizzes.attempts.results import (
    AttemptResult,
    Parts,
    QuizTaken,
    result_fields,
    result_of,
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
from shared.web.access import USER, Access
from shared.web.depends import Caller, Provided
from shared.web.pages import AskedPage, Page
from shared.web.router import Router

router = Router(tag="attempts")

ATTEMPTS = "/api/v1/assessments/quiz-attempts/"
ATTEMPT = f"{ATTEMPTS}{{attempt_id}}/"
LEARNER = Access(roles=frozenset({"child", "student"}))

_START = Cost(
    reads=7,
    writes=5,
    deletes=1,
    reads_per_item=1,
    writes_per_item=1,
    note="items are questions and the sheets that keep them",
)
_END = Cost(
    reads=3,
    writes=4,
    deletes=1,
    reads_per_item=1,
    note="items are sheets of questions and grades by the model or by hand",
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
    access=USER,
    cost=_START,
    status=201,
    responses={200: {"model": StartedAttemptView, "description": "The attempt in progress"}},
    errors=[QuizNotFound, NoAttemptsLeft],
)
async def start_attempt(
    services: Provided, caller: Caller, quiz_id: str, response: HttpResponse
) -> StartedAttemptView:
    """Begin an attempt, or go on with the one in progress, which answers 200."""
    begun = await starting.start(services, caller=caller, quiz_id=quiz_id)
    response.status_code = 201 if begun.is_new else 200
    return StartedAttemptView.of(begun)


@router.serve(
    "GET",
    ATTEMPTS,
    access=USER,
    cost=Cost(reads=14, writes=4, deletes=1, reads_per_item=1, writes_per_item=4, note="10 reads count"),
)
async def list_attempts(
    services: Provided,
    caller: Caller,
    asked: AskedPage,
    quiz: Annotated[str | None, Query(max_length=200, description="Only attempts at this quiz")] = None,
) -> Page[QuizAttemptView]:
    """The user's attempts, the latest first. Lists count to 10,000."""
    return await list_attempts_of(services, asked, user_id=caller.user_id, quiz_id=quiz)


@router.serve("GET", ATTEMPT, access=USER, cost=_SETTLE, errors=[AttemptNotFound])
async def get_attempt(services: Provided, caller: Caller, attempt_id: str) -> QuizAttemptView:
    """Where an attempt stands."""
    attempt = await store.get_attempt(services.store, user_id=caller.user_id, attempt_id=attempt_id)
    return QuizAttemptView.of(await finishing.settled(services, user_id=caller.user_id, attempt=attempt))


@router.serve(
    "POST",
    f"{ATTEMPT}submit_response/",
    access=USER,
    cost=Cost(reads=4, writes=1),
    errors=[AttemptNotFound, AttemptOver],
)
async def submit_response(
    services: Provided, caller: Caller, attempt_id: str, body: ResponseIn
) -> RecordedView:
    """Answer a question; a second answer replaces the first. 30 seconds of grace follow the time limit.

    How the answer was is told only where the quiz shows results at once and is no exam.
    """
    recorded = await answering.submit(
        services,
        user_id=caller.user_id,
        attempt_id=attempt_id,
        response=body.response(body.time_spent_seconds or 0.0),
    )
    return RecordedView.of(recorded)


@router.serve(
    "GET",
    f"{ATTEMPT}next_question/",
    access=USER,
    cost=Cost(reads=4),
    errors=[AttemptNotFound, AttemptOver],
)
async def next_question(services: Provided, caller: Caller, attempt_id: str) -> NextQuestionView:
    """The next question that has no answer yet: of an adaptive quiz, the one whose chance of success is
    nearest to 75 %; of others, the next in order."""
    following = await answering.next_question(services, user_id=caller.user_id, attempt_id=attempt_id)
    question, chance = following.question, following.expected_success
    return NextQuestionView(
        question=QuestionForTaker.of(question.id, question) if question else None,
        estimated_ability=round(following.ability, 4),
        expected_success=None if chance is None else round(chance, 4),
        answered=following.attempt.answered,
        remaining=len(following.attempt.items) - following.attempt.answered,
    )


@router.serve("POST", f"{ATTEMPT}complete/", access=USER, cost=_END, errors=[AttemptNotFound])
async def complete_attempt(services: Provided, caller: Caller, attempt_id: str) -> AttemptResult:
    """Complete an attempt; a second call gives the same answer. Questions without an answer earn nothing."""
    attempt = await finishing.complete(services, user_id=caller.user_id, attempt_id=attempt_id)
    return await result_of(services.store, user_id=caller.user_id, attempt=attempt)


@router.serve(
    "GET",
    f"{ATTEMPT}results/",
    access=USER,
    cost=_SETTLE,
    errors=[AttemptNotFound, AttemptNotOver],
)
async def get_results(services: Provided, caller: Caller, attempt_id: str) -> AttemptResult:
    """The result of a completed attempt, as `complete` gives it."""
    attempt = await store.get_attempt(services.store, user_id=caller.user_id, attempt_id=attempt_id)
    attempt = await finishing.settled(services, user_id=caller.user_id, attempt=attempt)
    if not attempt.is_completed:
        raise AttemptNotOver
    return await result_of(services.store, user_id=caller.user_id, attempt=attempt)


@router.serve(
    "POST",
    "/api/quizzes/{quiz_id}/attempt/",
    access=LEARNER,
    cost=_START,
    errors=[QuizNotFound, NoAttemptsLeft],
)
async def take_quiz(services: Provided, caller: Caller, quiz_id: str, body: QuizAnswersIn) -> QuizTaken:
    """Begin, answer and complete an attempt in one; every question of the quiz counts."""
    attempt, questions = await answering.answer_at_once(
        services,
        caller=caller,
        quiz_id=quiz_id,
        responses=[answer.response() for answer in body.answers],
        seconds=round(body.time_spent_seconds or 0),
    )
    return QuizTaken(**result_fields(Parts(attempt, questions, {})))
