"""A document as it is stored; `shared.published.courses.DocumentSummary` reads the same documents."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.published.courses import ProcessingStatus
from shared.store import Document


class Processed(BaseModel):
    """What the retrieval service made of the document."""

    model_config = ConfigDict(frozen=True)

    pages: int = 0
    chunks: int = 0
    text_extracted: bool = False
    embeddings_created: bool = False
    summary_generated: bool = False


class CourseDocument(Document):
    """`retrieval_id` is the id it has in the retrieval service; `object_key` is None until there is a file.

    `processing_id` names the current run of processing, which the retrieval service knows of once it is
    `submitted`. `tags` are ids, some of which may be gone. `sha256` is set where the document holds the claim
    on its bytes. `version` counts its files.
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
        """Whether the current run of processing has ended, well or not."""
        return self.processing_status in ("completed", "failed")


class SameBytes(Document):
    """Who holds these bytes in this course. Its id is made of both, so that there can be only one."""

    document: str
