"""Routes of assessments."""

from typing import Annotated

from fastapi import Query

from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.generation.assessments import service
from functions.assessments.generation.assessments.errors import AssessmentNotFound
from functions.assessments.generation.assessments.schemas import (
    AssessmentIn,
    AssessmentPatch,
    AssessmentView,
)
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router

router = Router(tag="assessments")

ASSESSMENTS = "/api/v1/assessments/"
ASSESSMENT = f"{ASSESSMENTS}{{assessment_id}}/"

_CHANGE = Cost(reads=6, writes=1, note="what it holds is counted: a read for each thousand")


@router.serve("GET", ASSESSMENTS, access=USER, cost=Cost(reads=5, reads_per_item=4))
async def list_assessments(
    services: Provided,
    caller: Caller,
    asked: RequestedPage,
    course: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[AssessmentView]:
    """List the user's assessments, newest first."""
    return await service.list_assessments(services, user_id=caller.user_id, course=course, asked=asked)


@router.serve(
    "POST", ASSESSMENTS, access=USER, cost=Cost(reads=3, writes=1), status=201, errors=[CourseNotFound]
)
async def create_assessment(services: Provided, caller: Caller, body: AssessmentIn) -> AssessmentView:
    """Create an assessment; it stays a draft until something is generated for it."""
    assessment = await service.create_assessment(services, user_id=caller.user_id, fields=body.model_dump())
    return AssessmentView.of(assessment)


@router.serve("GET", ASSESSMENT, access=USER, cost=Cost(reads=6), errors=[AssessmentNotFound])
async def get_assessment(services: Provided, caller: Caller, assessment_id: str) -> AssessmentView:
    """Return one assessment."""
    return await service.view_assessment(services, user_id=caller.user_id, assessment_id=assessment_id)


@router.serve("PATCH", ASSESSMENT, access=USER, cost=_CHANGE, errors=[AssessmentNotFound])
async def update_assessment(
    services: Provided, caller: Caller, assessment_id: str, body: AssessmentPatch
) -> AssessmentView:
    """Change an assessment: only the fields sent."""
    return await service.change_assessment(
        services,
        user_id=caller.user_id,
        assessment_id=assessment_id,
        fields=body.model_dump(exclude_unset=True),
    )


@router.serve(
    "DELETE", ASSESSMENT, access=USER, cost=Cost(reads=3, deletes=1), status=204, errors=[AssessmentNotFound]
)
async def delete_assessment(services: Provided, caller: Caller, assessment_id: str) -> None:
    """Delete an assessment; its flashcards and quizzes stay, with all results."""
    await service.delete_assessment(services, user_id=caller.user_id, assessment_id=assessment_id)
