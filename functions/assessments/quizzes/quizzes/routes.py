"""Routes of /api/v1/assessments/quizzes/ and /api/quizzes/{id}/."""

from typing import Annotated

from fastapi import Depends, Query

from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.quizzes.quizzes import service, store
from functions.assessments.quizzes.quizzes.errors import QuizNotFound
from functions.assessments.quizzes.quizzes.models import NewQuiz, QuizType
from functions.assessments.quizzes.quizzes.schemas import QuizForTaker, QuizIn, QuizPatch, QuizView
from functions.assessments.quizzes.quizzes.service import Filters
from shared.store import Cost
from shared.web.access import USER, USER_OR_CHILD
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router

router = Router(tag="quizzes")

QUIZZES = "/api/v1/assessments/quizzes/"
QUIZ = f"{QUIZZES}{{quiz_id}}/"

_CHANGE = Cost(reads=5, writes=1, note="two of the reads are for a change of course")


async def _filters(
    course: Annotated[str | None, Query(max_length=200)] = None,
    quiz_type: QuizType | None = None,
    assessment: Annotated[str | None, Query(max_length=200)] = None,
) -> Filters:
    return Filters(course, quiz_type, assessment)


@router.serve(
    "GET", QUIZZES, access=USER_OR_CHILD, cost=Cost(reads=14, reads_per_item=1, note="10 reads count")
)
async def list_quizzes(
    services: Provided,
    caller: Caller,
    page_request: RequestedPage,
    filters: Annotated[Filters, Depends(_filters)],
) -> Page[QuizView]:
    """List the user's quizzes, newest first. The count stops at 10,000."""
    page = await service.list_quizzes(services.store, page_request, user_id=caller.user_id, filters=filters)
    views = [QuizView.of(quiz) for quiz in page.results]
    return Page(count=page.count, next=page.next, previous=page.previous, results=views)


@router.serve("POST", QUIZZES, access=USER, cost=Cost(reads=3, writes=1), status=201, errors=[CourseNotFound])
async def create_quiz(services: Provided, caller: Caller, body: QuizIn) -> QuizView:
    """Create a quiz. Its questions are then added one by one; quizzes can also be generated or imported."""
    quiz = NewQuiz(**body.model_dump())
    return QuizView.of(await service.create_quiz(services, user_id=caller.user_id, quiz=quiz))


@router.serve("GET", QUIZ, access=USER_OR_CHILD, cost=Cost(reads=3), errors=[QuizNotFound])
async def get_quiz(services: Provided, caller: Caller, quiz_id: str) -> QuizView:
    """Return one quiz."""
    return QuizView.of(await store.get_quiz(services.store, user_id=caller.user_id, quiz_id=quiz_id))


@router.serve("PATCH", QUIZ, access=USER, cost=_CHANGE, errors=[QuizNotFound])
async def update_quiz(services: Provided, caller: Caller, quiz_id: str, body: QuizPatch) -> QuizView:
    """Change the fields that are sent. `questions`, the ids of all questions, sets their order."""
    fields = body.model_dump(exclude_unset=True)
    return QuizView.of(
        await service.change_quiz(services, user_id=caller.user_id, quiz_id=quiz_id, fields=fields)
    )


@router.serve("PUT", QUIZ, access=USER, cost=_CHANGE, errors=[QuizNotFound])
async def replace_quiz(services: Provided, caller: Caller, quiz_id: str, body: QuizIn) -> QuizView:
    """Replace every field of the quiz; fields left out return to their defaults. The questions stay."""
    fields = body.model_dump()
    return QuizView.of(
        await service.change_quiz(services, user_id=caller.user_id, quiz_id=quiz_id, fields=fields)
    )


@router.serve(
    "DELETE", QUIZ, access=USER, cost=Cost(reads=3, writes=1, deletes=2), status=204, errors=[QuizNotFound]
)
async def delete_quiz(services: Provided, caller: Caller, quiz_id: str) -> None:
    """Delete a quiz at once; its questions and attempts are deleted in the background."""
    await service.delete_quiz(services, user_id=caller.user_id, quiz_id=quiz_id)


@router.serve(
    "GET",
    "/api/quizzes/{quiz_id}/",
    access=USER_OR_CHILD,
    cost=Cost(reads=3, reads_per_item=1, note="an item is a question"),
    errors=[QuizNotFound],
)
async def get_quiz_to_take(services: Provided, caller: Caller, quiz_id: str) -> QuizForTaker:
    """Return a quiz with its questions, without the answers."""
    quiz, questions = await service.get_quiz_with_questions(
        services.store, user_id=caller.user_id, quiz_id=quiz_id
    )
    return QuizForTaker.of_questions(quiz, questions)
