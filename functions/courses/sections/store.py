"""Collection of sections."""

from functions.courses.sections.errors import SectionNotFound
from functions.courses.sections.models import Section
from shared.errors import ValidationFailed
from shared.language import say
from shared.store import Collection, Store, Transaction

SECTIONS = Collection("users/{user}/courses/{course}/sections", Section)
MAX_SECTIONS = 200


async def get_section(
    reader: Store | Transaction, *, user_id: str, course_id: str, section_id: str
) -> Section:
    """Load a section. Raises SectionNotFound."""
    section = await reader.get(SECTIONS.doc(section_id, user=user_id, course=course_id))
    if section is None:
        raise SectionNotFound
    return section


async def check_section(
    reader: Store | Transaction, *, user_id: str, course_id: str, section_id: str | None, field: str
) -> None:
    """Check the section chosen for a document. Costs 1 read if there is one. Raises ValidationFailed."""
    if section_id is None:
        return
    try:
        await get_section(reader, user_id=user_id, course_id=course_id, section_id=section_id)
    except SectionNotFound as error:
        raise ValidationFailed(details={field: [say(error.text, code="not_found")]}) from None
