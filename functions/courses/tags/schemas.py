"""Public bodies and answers of tags."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from functions.courses.courses.schemas import Color
from functions.courses.tags.models import Tag, TagBook
from functions.courses.tags.rules import DEFAULT_COLOR, MAX_TAGS_PER_DOCUMENT
from shared.web.schemas import Body, Instant, Normalised, View

TagName = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True), Normalised]


class TagBody(Body):
    """A tag's name, unique among the user's tags, and its colour as `#RRGGBB`."""

    read_only: ClassVar = frozenset({"id", "document_count", "created_at"})

    name: TagName = Field(examples=["exam"])
    color: Color = Field(default=DEFAULT_COLOR, examples=["#EF4444"])


class TagPatch(TagBody):
    """Changes of a tag: only the fields sent."""

    name: TagName = Field(default="", examples=["exam"])


class DocumentTags(Body):
    """The new tags of a document, by name; new names become new tags."""

    tags: list[TagName] = Field(max_length=MAX_TAGS_PER_DOCUMENT, examples=[["exam", "chapter-3"]])


class TagView(View):
    """A tag and the number of documents that bear it."""

    id: str
    name: str
    color: str
    document_count: int
    created_at: Instant


def tag_view(tag_id: str, tag: Tag) -> TagView:
    """Build the public view of a tag."""
    return TagView(id=tag_id, **tag.model_dump())


def tag_views(book: TagBook) -> list[TagView]:
    """Build the views of all tags, by name."""
    views = [tag_view(tag_id, tag) for tag_id, tag in book.tags.items()]
    return sorted(views, key=lambda view: view.name.casefold())
