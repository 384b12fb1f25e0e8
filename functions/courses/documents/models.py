"""Documents as they are stored; `shared.published.courses.DocumentSummary` reads the same documents."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.published.courses import ProcessingStatus
from shared.store import Document


class Processed(BaseModel):
    """The outcome of processing by the retrieval service."""

    model_config = ConfigDict(frozen=True)

    pages: int = 0
    chunks: int = 0
    pages_without_text: int = 0
    images_skipped: int = 0
    text_extracted: bool = False
    embeddings_created: bool = False
    summary_generated: bool = False


class CourseDocument(Document):
    """A document of a course.

    `retrieval_id` is its id in the retrieval service; `object_key` is None until it has a file.
    `processing_id` names the current run of processing, which is `submitted` once the retrieval service has
    it. `tags` are ids, some of which may be deleted. `sha256` is set if the document holds the claim on its
    bytes. `version` counts its files.
    """

    user: str
    course: str
    section: str | None = None
    retrieval_id: str
    name: str
    description: str = ""
    document_type: str
    content_type: str
    file_name: str
    file_size_bytes: int = 0
    sha256: str | None = None
    version: int = 1
    object_key: str | None = None
    source_url: str | None = None
    tags: tuple[str, ...] = ()
    processing_status: ProcessingStatus = "processing"
    processing_error: str | None = None
    progress_percentage: int = 0
    processing_id: str
    processing_started_at: datetime
    submitted: bool = False
    processed: Processed = Processed()
    created_at: datetime
    updated_at: datetime

    @property
    def is_over(self) -> bool:
        """Tell whether the current run of processing has ended, successfully or not."""
        return self.processing_status in ("completed", "failed")


class SameBytes(Document):
    """The claim of a document on its bytes. Its id consists of course and hash, so there is only one."""

    document: str
