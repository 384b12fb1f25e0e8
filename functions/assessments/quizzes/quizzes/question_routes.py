"""/api/v1/assessments/quizzes/{quiz_id}/questions/ and /api/v1/assessments/questions/{question_id}/"""

from typing import Any

from functions.assessments.quizzes.quizzes import questions as service
from functions.assessments.quizzes.quizzes.errors import (
    ExamInProgress,
    QuestionNotFound,
    QuizFull,
    QuizNotFound,
)
from functions.assessments.quizzes.quizzes.routes import QUIZ
from functions.assessments.quizzes.quizzes.schemas import QuestionIn, QuestionPatch, QuestionView
from shared.identity import Principal
from shared.services import Services
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import AskedPage, Page
from shared.web.router import Router

router = Router(tag="quizzes")

_LIST = f"{QUIZ}questions/"
_NESTED = f"{_LIST}{{question_id}}/"
_QUESTION = "/api/v1/assessments/questions/{question_id}/"

_READ = Cost(reads=6)
_CHANGE = Cost(reads=6, writes=2, deletes=1)
_DELETE = Cost(reads=4, writes=1, deletes=2)


@router.serve(
    "GET",
    _LIST,
    access=USER,
    cost=Cost(reads=4, reads_per_item=2, note="an item is a question"),
    errors=[QuizNotFound, ExamInProgress],
)
async def list_questions(
    services: Provided, caller: Caller, quiz_id: str, asked: AskedPage
) -> Page[QuestionView]:
    """The quiz's questions in their order, with their answers and how they did."""
    return await service.list_questions(services, asked, user_id=caller.user_id, quiz_id=quiz_id)


@router.serve(
    "POST",
    _LIST,
    access=USER,
    cost=Cost(reads=3, writes=2),
    status=201,
    errors=[QuizNotFound, QuizFull],
)
async def add_question(services: Provided, caller: Caller, quiz_id: str, body: QuestionIn) -> QuestionView:
    """Add a question: as the last, or at `order`.

    What it needs follows from its type.

    - multiple_choice: two to twenty options, exactly one of them correct
    - multiple_select: likewise, at least one
    - true_false: `correct_answer` true or false, or the options True and False
    - short_answer: `accepted_answers`; numeric: `correct_answer`, and `tolerance` if any
    - essay: a `rubric`, if it is to be graded
    - code: nothing; code is not run here, and answers wait for a grade
    """
    question, order = await service.add_question(
        services,
        user_id=caller.user_id,
        quiz_id=quiz_id,
        sent=body.model_dump(exclude={"order"}),
        order=body.order,
    )
    return QuestionView.of(question, order=order)


@router.serve("GET", _QUESTION, access=USER, cost=_READ, errors=[QuestionNotFound, ExamInProgress])
async def get_question(services: Provided, caller: Caller, question_id: str) -> QuestionView:
    """One question with its answer and how it did."""
    return await service.shown_question(services, user_id=caller.user_id, question_id=question_id)


@router.serve("PATCH", _QUESTION, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def patch_question(
    services: Provided, caller: Caller, question_id: str, body: QuestionPatch
) -> QuestionView:
    """Change the fields that are sent. An option whose `id` is sent back, or whose text is the same, stays
    the one it was. Attempts that have the question already keep it as it was."""
    return await _patched(services, caller, question_id, body)


@router.serve("PUT", _QUESTION, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def put_question(
    services: Provided, caller: Caller, question_id: str, body: QuestionIn
) -> QuestionView:
    """Replace the question; fields left out return to their defaults, its place excepted."""
    return await _replaced(services, caller, question_id, body)


@router.serve("DELETE", _QUESTION, access=USER, cost=_DELETE, status=204, errors=[QuestionNotFound])
async def delete_question(services: Provided, caller: Caller, question_id: str) -> None:
    """Delete a question; attempts that have it already keep it."""
    await service.delete_question(services, user_id=caller.user_id, question_id=question_id)


@router.serve("GET", _NESTED, access=USER, cost=_READ, errors=[QuestionNotFound, ExamInProgress])
async def get_question_of_quiz(
    services: Provided, caller: Caller, quiz_id: str, question_id: str
) -> QuestionView:
    """One question of this quiz."""
    return await service.shown_question(
        services, user_id=caller.user_id, question_id=question_id, quiz_id=quiz_id
    )


@router.serve("PATCH", _NESTED, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def patch_question_of_quiz(
    services: Provided, caller: Caller, quiz_id: str, question_id: str, body: QuestionPatch
) -> QuestionView:
    """Change a question of this quiz."""
    return await _patched(services, caller, question_id, body, quiz_id)


@router.serve("PUT", _NESTED, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def put_question_of_quiz(
    services: Provided, caller: Caller, quiz_id: str, question_id: str, body: QuestionIn
) -> QuestionView:
    """Replace a question of this quiz."""
    return await _replaced(services, caller, question_id, body, quiz_id)


@router.serve("DELETE", _NESTED, access=USER, cost=_DELETE, status=204, errors=[QuestionNotFound])
async def delete_question_of_quiz(services: Provided, caller: Caller, quiz_id: str, question_id: str) -> None:
    """Delete a question of this quiz."""
    await service.delete_question(services, user_id=caller.user_id, question_id=question_id, quiz_id=quiz_id)


async def _patched(
    services: Services, caller: Principal, question_id: str, body: QuestionPatch, quiz_id: str | None = None
) -> QuestionView:
    sent = body.model_dump(include=body.model_fields_set - {"order"})
    return await _changed(services, caller, question_id, sent, body.order, quiz_id)


async def _replaced(
    services: Services, caller: Principal, question_id: str, body: QuestionIn, quiz_id: str | None = None
) -> QuestionView:
    sent = body.model_dump(exclude={"order"})
    return await _changed(services, caller, question_id, sent, body.order, quiz_id)


async def _changed(
    services: Services,
    caller: Principal,
    question_id: str,
    sent: dict[str, Any],
    order: int | None,
    quiz_id: str | None,
) -> QuestionView:
    question, place = await service.change_question(
        services,
        user_id=caller.user_id,
        question_id=question_id,
        quiz_id=quiz_id,
        sent=sent,
        order=order,
    )
    return QuestionView.of(question, order=place)
