"""Routes of the questions of a quiz: /api/v1/assessments/quizzes/{quiz_id}/questions/ and others."""

from typing import Any

from functions.assessments.quizzes.authoring import service
from functions.assessments.quizzes.authoring.errors import QuizFull
from functions.assessments.quizzes.authoring.schemas import QuestionView
from functions.assessments.quizzes.questions.errors import QuestionNotFound
from functions.assessments.quizzes.questions.schemas import QuestionIn, QuestionPatch
from functions.assessments.quizzes.quizzes.errors import ExamInProgress, QuizNotFound
from functions.assessments.quizzes.quizzes.routes import QUIZ
from shared.identity import Principal
from shared.services import Services
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router

router = Router(tag="quizzes")

_LIST = f"{QUIZ}questions/"
_NESTED = f"{_LIST}{{question_id}}/"
_QUESTION = "/api/v1/assessments/questions/{question_id}/"

_READ = Cost(reads=7)
_CHANGE = Cost(reads=7, writes=3, deletes=1)
_DELETE = Cost(reads=5, writes=2, deletes=2)


@router.serve(
    "GET",
    _LIST,
    access=USER,
    cost=Cost(reads=5, reads_per_item=2, note="an item is a question"),
    errors=[QuizNotFound, ExamInProgress],
)
async def list_questions(
    services: Provided, caller: Caller, quiz_id: str, page_request: RequestedPage
) -> Page[QuestionView]:
    """List the quiz's questions in their order, with their answers and statistics."""
    return await service.list_questions(services, page_request, user_id=caller.user_id, quiz_id=quiz_id)


@router.serve(
    "POST",
    _LIST,
    access=USER,
    cost=Cost(reads=3, writes=2),
    status=201,
    location="/api/v1/assessments/questions/{id}/",
    errors=[QuizNotFound, QuizFull],
)
async def add_question(services: Provided, caller: Caller, quiz_id: str, body: QuestionIn) -> QuestionView:
    """Add a question at `order`, or as the last one.

    Each type needs its own fields:

    - multiple_choice: two to twenty options, exactly one of them correct
    - multiple_select: two to twenty options, at least one of them correct
    - true_false: `correct_answer` true or false, or the options True and False
    - short_answer: `accepted_answers`
    - numeric: `correct_answer`, and optionally `tolerance` and `unit`
    - essay: a `rubric` if the model is to grade it
    - code: none; code is not run, and answers are graded by hand
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
    """Return one question with its answer and statistics."""
    return await service.show_question(services, user_id=caller.user_id, question_id=question_id)


@router.serve("PATCH", _QUESTION, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def update_question(
    services: Provided, caller: Caller, question_id: str, body: QuestionPatch
) -> QuestionView:
    """Change the fields that are sent.

    An option stays the same if its `id` or the same text is sent. Attempts that have begun keep the former
    question.
    """
    return await _patch(services, caller, question_id, body)


@router.serve("PUT", _QUESTION, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def replace_question(
    services: Provided, caller: Caller, question_id: str, body: QuestionIn
) -> QuestionView:
    """Replace the question; fields left out return to their defaults, except its place in the quiz."""
    return await _replace(services, caller, question_id, body)


@router.serve("DELETE", _QUESTION, access=USER, cost=_DELETE, status=204, errors=[QuestionNotFound])
async def delete_question(services: Provided, caller: Caller, question_id: str) -> None:
    """Delete a question; attempts that have begun keep it."""
    await service.delete_question(services, user_id=caller.user_id, question_id=question_id)


@router.serve("GET", _NESTED, access=USER, cost=_READ, errors=[QuestionNotFound, ExamInProgress])
async def get_question_of_quiz(
    services: Provided, caller: Caller, quiz_id: str, question_id: str
) -> QuestionView:
    """Return one question of this quiz."""
    return await service.show_question(
        services, user_id=caller.user_id, question_id=question_id, quiz_id=quiz_id
    )


@router.serve("PATCH", _NESTED, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def update_question_of_quiz(
    services: Provided, caller: Caller, quiz_id: str, question_id: str, body: QuestionPatch
) -> QuestionView:
    """Change a question of this quiz."""
    return await _patch(services, caller, question_id, body, quiz_id)


@router.serve("PUT", _NESTED, access=USER, cost=_CHANGE, errors=[QuestionNotFound, ExamInProgress])
async def replace_question_of_quiz(
    services: Provided, caller: Caller, quiz_id: str, question_id: str, body: QuestionIn
) -> QuestionView:
    """Replace a question of this quiz."""
    return await _replace(services, caller, question_id, body, quiz_id)


@router.serve("DELETE", _NESTED, access=USER, cost=_DELETE, status=204, errors=[QuestionNotFound])
async def delete_question_of_quiz(services: Provided, caller: Caller, quiz_id: str, question_id: str) -> None:
    """Delete a question of this quiz."""
    await service.delete_question(services, user_id=caller.user_id, question_id=question_id, quiz_id=quiz_id)


async def _patch(
    services: Services, caller: Principal, question_id: str, body: QuestionPatch, quiz_id: str | None = None
) -> QuestionView:
    sent = body.model_dump(include=body.model_fields_set - {"order"})
    return await _change(services, caller, question_id, sent, body.order, quiz_id)


async def _replace(
    services: Services, caller: Principal, question_id: str, body: QuestionIn, quiz_id: str | None = None
) -> QuestionView:
    sent = body.model_dump(exclude={"order"})
    return await _change(services, caller, question_id, sent, body.order, quiz_id)


async def _change(
    services: Services,
    caller: Principal,
    question_id: str,
    sent: dict[str, Any],
    order: int | None,
    quiz_id: str | None,
) -> QuestionView:
    question, new_order = await service.change_question(
        services,
        user_id=caller.user_id,
        question_id=question_id,
        quiz_id=quiz_id,
        sent=sent,
        order=order,
    )
    return QuestionView.of(question, order=new_order)
