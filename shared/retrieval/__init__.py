"""The retrieval service, a system of its own that parses, chunks and searches documents. Reached by HTTP."""

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
