"""Routes of sections."""

from functions.courses.courses.errors import CourseNotFound
from functions.courses.sections import service
from functions.courses.sections.errors import SectionNotFound, TooManySections
from functions.courses.sections.schemas import SectionBody, SectionPatch, SectionView, section_view
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="sections")

_LIST = "/api/v1/courses/{course_id}/sections/"
_ONE = "/api/v1/courses/{course_id}/sections/{section_id}/"


@router.serve("GET", _LIST, access=USER, cost=Cost(reads=3, reads_per_item=1), errors=[CourseNotFound])
async def list_sections(services: Provided, caller: Caller, course_id: str) -> list[SectionView]:
    """List all sections of a course, in order."""
    sections = await service.list_sections(services, user_id=caller.user_id, course_id=course_id)
    return [section_view(section) for section in sections]


@router.serve(
    "POST",
    _LIST,
    access=USER,
    cost=Cost(reads=4, writes=1),
    status=201,
    errors=[CourseNotFound, TooManySections],
)
async def create_section(
    services: Provided, caller: Caller, course_id: str, body: SectionBody
) -> SectionView:
    """Add a section."""
    section = await service.create_section(
        services,
        user_id=caller.user_id,
        course_id=course_id,
        title=body.title,
        description=body.description,
        order=body.order,
    )
    return section_view(section)


@router.serve("GET", _ONE, access=USER, cost=Cost(reads=3), errors=[SectionNotFound])
async def get_section(services: Provided, caller: Caller, course_id: str, section_id: str) -> SectionView:
    """Return one section."""
    section = await service.get_section(
        services, user_id=caller.user_id, course_id=course_id, section_id=section_id
    )
    return section_view(section)


@router.serve("PATCH", _ONE, access=USER, cost=Cost(reads=3, writes=1), errors=[SectionNotFound])
async def update_section(
    services: Provided,
    caller: Caller,
    course_id: str,
    section_id: str,
    body: SectionPatch,
) -> SectionView:
    """Change the fields sent."""
    section = await service.change_section(
        services,
        user_id=caller.user_id,
        course_id=course_id,
        section_id=section_id,
        fields=body.model_dump(exclude_unset=True),
    )
    return section_view(section)


@router.serve(
    "DELETE",
    _ONE,
    access=USER,
    cost=Cost(reads=3, writes=1, deletes=2),
    status=204,
    errors=[SectionNotFound],
)
async def delete_section(services: Provided, caller: Caller, course_id: str, section_id: str) -> None:
    """Delete a section; its documents stay in the course."""
    await service.delete_section(services, user_id=caller.user_id, course_id=course_id, section_id=section_id)
