"""/api/v1/assessments/: assessments, and generating what they hold."""

from typing import Annotated

from fastapi import Query, Response

from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.generation.assessments import service
from functions.assessments.generation.assessments.errors import AssessmentNotFound
from functions.assessments.generation.assessments.schemas import (
    AssessmentIn,
    AssessmentPatch,
    AssessmentView,
    GenerateContent,
)
from functions.assessments.generation.runs.delivery import ERRORS, Manner, also, serve
from functions.assessments.generation.runs.schemas import GeneratedContent
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, IdempotencyKey, Provided, RespondAsync, Stream
from shared.web.pages import AskedPage, Page
from shared.web.router import Router

router = Router(tag="assessments")

SETS = "/api/v1/assessments/"
SET = f"{SETS}{{assessment_id}}/"

_CHANGE = Cost(reads=6, writes=1, note="what it holds is counted: a read for each thousand")


@router.serve("GET", SETS, access=USER, cost=Cost(reads=5, reads_per_item=4))
async def list_assessments(
    services: Provided,
    caller: Caller,
    asked: AskedPage,
    course: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[AssessmentView]:
    """The user's assessments, newest first."""
    return await service.listing(services, user_id=caller.user_id, course=course, asked=asked)


@router.serve("POST", SETS, access=USER, cost=Cost(reads=3, writes=1), status=201, errors=[CourseNotFound])
async def create_assessment(services: Provided, caller: Caller, body: AssessmentIn) -> AssessmentView:
    """Make an assessment; it is a draft until something is generated for it."""
    made = await service.create(services, user_id=caller.user_id, fields=body.model_dump())
    return AssessmentView.of(made)


@router.serve("GET", SET, access=USER, cost=Cost(reads=6), errors=[AssessmentNotFound])
async def get_assessment(services: Provided, caller: Caller, assessment_id: str) -> AssessmentView:
    """One assessment."""
    return await service.get(services, user_id=caller.user_id, assessment_id=assessment_id)


@router.serve("PATCH", SET, access=USER, cost=_CHANGE, errors=[AssessmentNotFound])
async def patch_assessment(
    services: Provided, caller: Caller, assessment_id: str, body: AssessmentPatch
) -> AssessmentView:
    """Change the fields that are sent."""
    return await service.change(
        services,
        user_id=caller.user_id,
        assessment_id=assessment_id,
        fields=body.model_dump(exclude_unset=True),
    )


@router.serve(
    "DELETE", SET, access=USER, cost=Cost(reads=3, deletes=1), status=204, errors=[AssessmentNotFound]
)
async def delete_assessment(services: Provided, caller: Caller, assessment_id: str) -> None:
    """Delete an assessment; its flashcards and quizzes stay, with what was learned."""
    await service.delete(services, user_id=caller.user_id, assessment_id=assessment_id)


@router.serve(
    "POST",
    f"{SET}generate_content/",
    access=USER,
    cost=Cost(
        reads=425,
        writes=18,
        deletes=1,
        reads_per_item=2,
        writes_per_item=1,
        note="items are documents read and what was made; up to 400 reads compare with the course's newest",
    ),
    errors=[AssessmentNotFound, *ERRORS],
    response_model=GeneratedContent,
    responses=also("`flashcard`, `question`"),
)
async def generate_content(
    services: Provided,
    caller: Caller,
    assessment_id: str,
    body: GenerateContent,
    key: IdempotencyKey,
    as_job: RespondAsync,
    stream: Stream,
) -> Response | object:
    """Make flashcards and a quiz for the assessment from the course's documents, each item with a verbatim
    quote of its source.

    What can't be found in the source word for word is left out. The same request again gives what it gave;
    with another Idempotency-Key it is meant anew.
    """
    order = await service.order_for(services, caller=caller, assessment_id=assessment_id, body=body, key=key)
    return await serve(services, caller, order, Manner(as_job, stream))
