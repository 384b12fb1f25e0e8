"""The port of the retrieval service: it parses, chunks and searches documents."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["processing", "completed", "failed"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Submitted(_Value):
    """The receipt for a document that will be processed."""

    processing_id: str
    estimated_seconds: float = 0.0


class ProcessingStatus(_Value):
    """The state of a document; `error` is a short sentence for people where the status is failed."""

    document_id: str
    status: Status
    progress: int = Field(default=0, ge=0, le=100)
    error: str | None = None
    pages: int = 0
    chunks: int = 0
    pages_without_text: int = 0
    images_skipped: int = 0
    text_extracted: bool = False
    embeddings_created: bool = False
    summary_generated: bool = False


class Section(_Value):
    """A section of a document: its heading and text."""

    title: str
    content: str


class DocumentContent(_Value):
    """The text of a processed document, and what the service found in it."""

    extracted_text: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    key_concepts: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    chunk_count: int = 0


class Chunk(_Value):
    """A passage of a document; `page` is None where the source has no pages, `score` is from 0 to 1."""

    chunk_id: str
    document_id: str
    text: str
    page: int | None = None
    score: float = 0.0


class Retrieval(Protocol):
    """The service. Raises ServiceUnavailable where it does not respond, or not usably."""

    async def submit(
        self, *, document_id: str, source_url: str, content_type: str, course_id: str
    ) -> Submitted:
        """Submit the file behind `source_url` for processing; a repetition joins the running one."""
        ...

    async def get_status(self, document_id: str) -> ProcessingStatus | None: ...

    async def get_content(self, document_id: str) -> DocumentContent | None:
        """Return the document's content; None also while it is not ready."""
        ...

    async def delete(self, document_id: str) -> None:
        """Delete the document, if there is one."""
        ...

    async def retrieve(
        self,
        *,
        document_ids: Sequence[str],
        query: str,
        max_chunks: int = 10,
        similarity_threshold: float = 0.0,
    ) -> list[Chunk]:
        """Return passages that fit the query, best first; for an empty one, passages across the documents."""
        ...

    async def aclose(self) -> None: ...
