"""The retrieval service, reached by HTTP: it parses, chunks and searches documents."""

from shared.retrieval.protocol import (
    Chunk,
    DocumentContent,
    ProcessingStatus,
    Retrieval,
    Section,
    Status,
    Submitted,
)

__all__ = ["Chunk", "DocumentContent", "ProcessingStatus", "Retrieval", "Section", "Status", "Submitted"]
