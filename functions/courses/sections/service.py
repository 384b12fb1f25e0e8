"""Use cases of sections."""

from collections.abc import Mapping
from typing import Any

from functions.courses.courses.store import get_course
from functions.courses.sections import store
from functions.courses.sections.errors import TooManySections
from functions.courses.sections.models import Section
from functions.courses.sections.store import MAX_SECTIONS, SECTIONS
from functions.courses.sections.tasks import PurgeSection
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items


async def list_sections(services: Services, *, user_id: str, course_id: str) -> list[Section]:
    """List the sections of a course in order, then by creation. Raises CourseNotFound."""
    await get_course(services.store, user_id=user_id, course_id=course_id)
    sections = await services.store.find(SECTIONS.query(user=user_id, course=course_id).limit(MAX_SECTIONS))
    note_items(len(sections))
    return sorted(sections, key=lambda section: (section.order, section.created_at, section.id))


async def get_section(services: Services, *, user_id: str, course_id: str, section_id: str) -> Section:
    """Load a section and check its course. Raises CourseNotFound, SectionNotFound."""
    await get_course(services.store, user_id=user_id, course_id=course_id)
    return await store.get_section(
        services.store, user_id=user_id, course_id=course_id, section_id=section_id
    )


async def create_section(
    services: Services, *, user_id: str, course_id: str, title: str, description: str, order: int | None
) -> Section:
    """Add a section. Raises CourseNotFound, TooManySections."""
    now, section_id = services.clock.now(), services.ids.new()
    query = SECTIONS.query(user=user_id, course=course_id)
    number = await services.store.count(query)
    if number >= MAX_SECTIONS:
        raise TooManySections

    async def work(tx: Transaction) -> Section:
        await get_course(tx, user_id=user_id, course_id=course_id)
        last = await tx.first(query.order_by("order", descending=True)) if order is None else None
        section = Section(
            id=section_id,
            course=course_id,
            title=title,
            description=description,
            order=order if order is not None else (last.order + 1 if last else 1),
            created_at=now,
            updated_at=now,
        )
        tx.create(SECTIONS.doc(section_id, user=user_id, course=course_id), section)
        return section

    return await services.store.transact(work)


async def change_section(
    services: Services, *, user_id: str, course_id: str, section_id: str, fields: Mapping[str, Any]
) -> Section:
    """Change a section. Raises CourseNotFound, SectionNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Section:
        await get_course(tx, user_id=user_id, course_id=course_id)
        before = await store.get_section(tx, user_id=user_id, course_id=course_id, section_id=section_id)
        section = before.model_copy(update={**fields, "updated_at": now})
        tx.put(SECTIONS.doc(section_id, user=user_id, course=course_id), section)
        return section

    return await services.store.transact(work)


async def delete_section(services: Services, *, user_id: str, course_id: str, section_id: str) -> None:
    """Delete a section; its documents stay in the course. Raises CourseNotFound, SectionNotFound."""

    async def work(tx: Transaction) -> None:
        await get_course(tx, user_id=user_id, course_id=course_id)
        await store.get_section(tx, user_id=user_id, course_id=course_id, section_id=section_id)
        tx.delete(SECTIONS.doc(section_id, user=user_id, course=course_id))
        tx.enqueue(PurgeSection(user=user_id, course=course_id, section=section_id))

    await services.store.transact(work)
