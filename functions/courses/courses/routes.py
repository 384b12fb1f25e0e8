"""Routes of courses."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query

from functions.courses.courses import service, store
from functions.courses.courses.errors import CourseNotFound
from functions.courses.courses.models import Course
from functions.courses.courses.rules import CardNumbers
from functions.courses.courses.schemas import CourseBody, CoursePatch, CourseView, course_view
from shared.identity import Principal
from shared.services import Services
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router
from shared.web.schemas import Normalised

router = Router(tag="courses")

_PATH = "/api/v1/courses/{course_id}/"
_CHANGE = Cost(reads=5, writes=2, deletes=1, note="a delete and the second write where the exam date changes")
_ORDERING = "The field to sort by; a minus before it sorts the other way round"
CourseOrdering = Literal["created_at", "-created_at", "name", "-name", "-updated_at", "exam_date"]
Filter = Annotated[str | None, Query(max_length=500), Normalised]


@router.serve("GET", "/api/v1/courses/", access=USER, cost=Cost(reads=6, reads_per_item=2))
async def list_courses(
    services: Provided,
    caller: Caller,
    page_request: RequestedPage,
    subject_area: Filter = None,
    semester: Filter = None,
    difficulty_level: Filter = None,
    search: Annotated[
        str, Query(max_length=200, description="Words of the name or course code; the last may be incomplete")
    ] = "",
    ordering: Annotated[CourseOrdering, Query(description=_ORDERING)] = "-created_at",
) -> Page[CourseView]:
    """List the caller's courses, newest first unless `ordering` says otherwise.

    `search` finds courses whose name or course code contains its words one after the other. The last word may
    be incomplete. Case and accents are ignored.
    """
    equal = {"subject_area": subject_area, "semester": semester, "difficulty_level": difficulty_level}
    listed = await service.list_courses(
        services, page_request, user_id=caller.user_id, equal=equal, search=search, ordering=ordering
    )
    numbers = await _count_cards(services, caller, listed.results)
    views = [course_view(course, cards) for course, cards in zip(listed.results, numbers, strict=True)]
    return Page(count=listed.count, next=listed.next, previous=listed.previous, results=views)


@router.serve("POST", "/api/v1/courses/", access=USER, cost=Cost(reads=1, writes=2, deletes=1), status=201)
async def create_course(services: Provided, caller: Caller, body: CourseBody) -> CourseView:
    """Create a course."""
    course = await service.create_course(services, user_id=caller.user_id, fields=body.model_dump())
    return course_view(course, CardNumbers(0, 0))


@router.serve("GET", _PATH, access=USER, cost=Cost(reads=5), errors=[CourseNotFound])
async def get_course(services: Provided, caller: Caller, course_id: str) -> CourseView:
    """Return one course."""
    course = await store.get_course(services.store, user_id=caller.user_id, course_id=course_id)
    return await _load_view(services, caller, course)


@router.serve("PATCH", _PATH, access=USER, cost=_CHANGE, errors=[CourseNotFound])
async def update_course(services: Provided, caller: Caller, course_id: str, body: CoursePatch) -> CourseView:
    """Change the fields sent."""
    return await _change(services, caller, course_id, body.model_dump(exclude_unset=True))


@router.serve("PUT", _PATH, access=USER, cost=_CHANGE, errors=[CourseNotFound])
async def replace_course(services: Provided, caller: Caller, course_id: str, body: CourseBody) -> CourseView:
    """Replace every field; fields left out return to their defaults."""
    return await _change(services, caller, course_id, body.model_dump())


@router.serve(
    "DELETE",
    _PATH,
    access=USER,
    cost=Cost(reads=5, writes=3, deletes=3),
    status=204,
    errors=[CourseNotFound],
)
async def delete_course(services: Provided, caller: Caller, course_id: str) -> None:
    """Delete a course with everything in it: hidden at once, purged in the background."""
    await service.delete_course(services, user_id=caller.user_id, course_id=course_id)


async def _change(
    services: Services, caller: Principal, course_id: str, fields: dict[str, Any]
) -> CourseView:
    course = await service.change_course(services, user_id=caller.user_id, course_id=course_id, fields=fields)
    return await _load_view(services, caller, course)


async def _load_view(services: Services, caller: Principal, course: Course) -> CourseView:
    (cards,) = await _count_cards(services, caller, [course])
    return course_view(course, cards)


async def _count_cards(services: Services, caller: Principal, courses: Sequence[Course]) -> list[CardNumbers]:
    today = services.clock.now().astimezone(caller.zone).date()
    return await service.count_flashcards(
        services.store, user_id=caller.user_id, courses=courses, today=today
    )
