"""The port of the retrieval service: it parses, chunks and searches documents."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["processing", "completed", "failed"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Submitted(_Value):
    processing_id: str
    estimated_seconds: float = 0.0


class ProcessingStatus(_Value):
    """How far a document is. `error` is a short sentence for people, set when the status is failed."""

    document_id: str
    status: Status
    progress: int = Field(default=0, ge=0, le=100)
    error: str | None = None
    pages: int = 0
    chunks: int = 0
    text_extracted: bool = False
    embeddings_created: bool = False
    summary_generated: bool = False


class Section(_Value):
    title: str
    content: str


class DocumentContent(_Value):
    extracted_text: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    key_concepts: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    chunk_count: int = 0


class Chunk(_Value):
    """A passage of a document; `page` is None where the source has no pages, `score` is 0 to 1."""

    chunk_id: str
    document_id: str
    text: str
    page: int | None = None
    score: float = 0.0


class Retrieval(Protocol):
    """Raises ServiceUnavailable where the service does not answer, or answers what can't be used."""

    async def submit(
        self, *, document_id: str, source_url: str, content_type: str, course_id: str
    ) -> Submitted:
        """Have the file behind `source_url` processed; repeated while that goes on, it joins in."""
        ...

    async def get_status(self, document_id: str) -> ProcessingStatus | None: ...

    async def get_content(self, document_id: str) -> DocumentContent | None:
        """None also while the document is not ready."""
        ...

    async def delete(self, document_id: str) -> None:
        """Idempotent: a missing document is no error."""
        ...

    async def retrieve(
        self,
        *,
        document_ids: Sequence[str],
        query: str,
        max_chunks: int = 10,
        similarity_threshold: float = 0.0,
    ) -> list[Chunk]:
        """What fits the query, best first; an empty query gives passages spread over the documents."""
        ...

    async def aclose(self) -> None: ...
