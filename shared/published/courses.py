"""Published by `functions/courses`: courses and documents as others see them."""

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.messages import Event
from shared.store import Collection, Document

ProcessingStatus = Literal["pending", "processing", "completed", "failed"]


class CourseSummary(Document):
    """The part of a course that other groups read."""

    name: str
    exam_date: date | None = None


class DocumentSummary(Document):
    """A document; only a `completed` one can be searched. Each replacement of its file raises `version`."""

    course: str
    name: str
    document_type: str
    processing_status: ProcessingStatus
    version: int = 1
    created_at: datetime


COURSE_SUMMARIES = Collection("users/{user}/courses", CourseSummary, view=True)
DOCUMENT_SUMMARIES = Collection("users/{user}/documents", DocumentSummary, view=True)


class CourseCreated(Event):
    """A course was created."""

    type: ClassVar[str] = "course.created"

    user: str
    course: str


class CourseDeleted(Event):
    """A course was deleted; its content is to be purged."""

    type: ClassVar[str] = "course.deleted"

    user: str
    course: str


class CourseExamChanged(Event):
    """The date of the exam was set, changed or removed."""

    type: ClassVar[str] = "course.exam_changed"

    user: str
    course: str


class DocumentUploaded(Event):
    """A document was uploaded, and will be processed."""

    type: ClassVar[str] = "document.uploaded"

    user: str
    course: str
    document: str


class DocumentProcessed(Event):
    """Processing of a document completed or failed."""

    type: ClassVar[str] = "document.processed"

    user: str
    course: str
    document: str
    status: Literal["completed", "failed"]
