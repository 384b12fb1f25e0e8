"""Public bodies and answers of sections."""

from typing import Annotated, ClassVar

from pydantic import Field

from functions.courses.sections.models import Section
from shared.web.schemas import Body, Instant, LongText, Name, View

Position = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class SectionBody(Body):
    """A section. Without `order` it comes last."""

    read_only: ClassVar = frozenset({"id", "course", "created_at", "updated_at"})

    title: Name = Field(examples=["Derivatives"])
    description: LongText = Field(default="", examples=["Rates of change"])
    order: Position | None = Field(default=None, examples=[1])


class SectionPatch(SectionBody):
    """Changes of a section: only the fields sent."""

    title: Name = Field(default="", examples=["Derivatives"])
    order: Position = Field(default=0, examples=[1])


class SectionView(View):
    """A section of a course; sections are listed by `order`."""

    id: str
    course: str
    title: str
    description: str
    order: int
    created_at: Instant
    updated_at: Instant


def section_view(section: Section) -> SectionView:
    """Build the public view of a section."""
    return SectionView(**section.model_dump())
