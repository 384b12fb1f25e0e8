"""Public bodies and answers of documents."""

from typing import ClassVar

from pydantic import Field

from functions.courses.documents.models import CourseDocument
from functions.courses.tags.models import TagBook
from shared.published.courses import ProcessingStatus
from shared.web.schemas import Body, DocumentId, Instant, LongText, Name, View


class DocumentView(View):
    """A document. `tags` are names; `document_type` is detected by content."""

    id: str
    course: str
    section: str | None
    name: str
    description: str
    document_type: str = Field(examples=["pdf"])
    content_type: str = Field(examples=["application/pdf"])
    file_name: str
    file_size_bytes: int
    version: int
    source_url: str | None
    processing_status: ProcessingStatus
    processing_error: str | None
    progress_percentage: int
    tags: list[str] = Field(examples=[["exam", "chapter-3"]])
    created_at: Instant
    updated_at: Instant


class DocumentPatch(Body):
    """Changes of a document: only the fields sent."""

    read_only: ClassVar = frozenset(DocumentView.model_fields) - {"name", "description", "section"}

    name: Name = Field(default="", examples=["Chapter 3"])
    description: LongText = ""
    section: DocumentId | None = None


class Download(View):
    """A download link: `url` gives the file to anyone who has the link, until `expires_at`."""

    url: str
    expires_at: Instant


def document_view(document: CourseDocument, book: TagBook) -> DocumentView:
    """Build the public view of a document; tags that were deleted are left out."""
    fields = document.model_dump(include=set(DocumentView.model_fields) - {"tags"})
    names = [book.tags[tag_id].name for tag_id in document.tags if tag_id in book.tags]
    return DocumentView(**fields, tags=names)
