"""The HTTP interface of the stand-in, as the retrieval service has it."""

import secrets
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from infra.local.retrieval.documents import Documents, Publish
from shared.clock import Ids, RandomIds
from shared.retrieval.protocol import Chunk, ProcessingStatus


class Metadata(BaseModel):
    """The document's place in the product."""

    course_id: str = ""


class NewDocument(BaseModel):
    """An order to process a document."""

    document_id: UUID
    source_url: str = Field(pattern=r"^https?://", max_length=8_192)
    content_type: str = Field(max_length=255)
    metadata: Metadata = Metadata()


class Accepted(BaseModel):
    """The receipt of an order."""

    processing_id: str
    status: Literal["processing"] = "processing"
    estimated_seconds: int


class ContextQuery(BaseModel):
    """A search over documents."""

    document_ids: list[UUID] = Field(max_length=1_000)
    query: str = Field(default="", max_length=10_000)
    max_chunks: int = Field(default=10, ge=1, le=200)
    similarity_threshold: float = Field(default=0.0, ge=0, le=1)


class Context(BaseModel):
    """The chunks that a search found, best first."""

    chunks: list[Chunk]


router = APIRouter()


def create_app(
    folder: Path, *, token: str, http: httpx.AsyncClient, publish: Publish, ids: Ids | None = None
) -> FastAPI:
    """Create the application.

    `app.state.documents` has `start()`, to be awaited once, and `aclose()`.
    """
    app = FastAPI(title="Local retrieval", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.documents = Documents(folder, http=http, publish=publish, ids=ids or RandomIds())
    app.state.authorization = f"Bearer {token}".encode()
    app.router.routes.extend(router.routes)  # include_router would compile each anew
    return app


def _get_documents(request: Request) -> Documents:
    """Return the application's documents to callers with its token."""
    credentials = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(credentials, request.app.state.authorization):
        raise HTTPException(401, "A valid service token is needed")
    documents: Documents = request.app.state.documents
    return documents


def _parse_document_id(document_id: str) -> str:
    try:
        return str(UUID(document_id))
    except ValueError:
        raise HTTPException(404, "There is no such document") from None


_Documents = Annotated[Documents, Depends(_get_documents)]
_DocumentId = Annotated[str, Depends(_parse_document_id)]


@router.post("/api/documents", status_code=202)
async def accept(documents: _Documents, body: NewDocument) -> Accepted:
    """Store the order and process the document in the background."""
    record, seconds = documents.accept(
        document_id=str(body.document_id),
        source_url=body.source_url,
        content_type=body.content_type,
        course_id=body.metadata.course_id,
    )
    return Accepted(processing_id=record.processing_id, estimated_seconds=seconds)


@router.get("/api/documents/{document_id}")
async def status(documents: _Documents, document_id: _DocumentId) -> ProcessingStatus:
    """Return how far the document's processing is."""
    return _get_status(documents, document_id)


@router.get("/api/documents/{document_id}/content")
async def content(documents: _Documents, document_id: _DocumentId) -> Response:
    """Return the document's text, summary, topics, concepts and sections."""
    if _get_status(documents, document_id).status != "completed":
        raise HTTPException(409, "The document has no content, or none yet")
    body = await run_in_threadpool(documents.read_content, document_id)
    return Response(body, media_type="application/json")


@router.delete("/api/documents/{document_id}", status_code=204)
async def delete(documents: _Documents, document_id: _DocumentId) -> None:
    """Delete the document and stop its processing."""
    await documents.delete(document_id)


@router.post("/api/context/retrieve")
async def retrieve(documents: _Documents, body: ContextQuery) -> Context:
    """Search the documents, or pick passages evenly if there is no query."""
    ids = [str(document_id) for document_id in dict.fromkeys(body.document_ids)]
    chunks = await documents.find(ids, body.query, limit=body.max_chunks, threshold=body.similarity_threshold)
    return Context(chunks=chunks)


def _get_status(documents: Documents, document_id: str) -> ProcessingStatus:
    """Return the document's status. Raises HTTPException if there is no such document."""
    status = documents.get_status(document_id)
    if status is None:
        raise HTTPException(404, "There is no such document")
    return status
