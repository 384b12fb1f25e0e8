"""The stand-in's HTTP interface: what the retrieval service itself speaks."""

import secrets
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from infra.local.retrieval.documents import Documents, Publish
from shared.clock import Ids, RandomIds
from shared.retrieval.protocol import Chunk, ProcessingStatus


class Metadata(BaseModel):
    course_id: str = ""


class NewDocument(BaseModel):
    document_id: UUID
    source_url: str = Field(pattern=r"^https?://", max_length=8_192)
    content_type: str = Field(max_length=255)
    metadata: Metadata = Metadata()


class Accepted(BaseModel):
    processing_id: str
    status: Literal["processing"] = "processing"
    estimated_seconds: int


class ContextQuery(BaseModel):
    document_ids: list[UUID] = Field(max_length=1_000)
    query: str = Field(default="", max_length=10_000)
    max_chunks: int = Field(default=10, ge=1, le=200)
    similarity_threshold: float = Field(default=0.0, ge=0, le=1)


class Context(BaseModel):
    chunks: list[Chunk]


def create_app(
    folder: Path, *, token: str, http: httpx.AsyncClient, publish: Publish, ids: Ids | None = None
) -> FastAPI:
    """`app.state.documents` has `start()`, to be awaited once, and `aclose()`."""
    documents = Documents(folder, http=http, publish=publish, ids=ids or RandomIds())
    app = FastAPI(title="Local retrieval", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.documents = documents
    app.include_router(_routes(documents), dependencies=[Depends(_bearer(token))])
    return app


def _bearer(token: str) -> Any:
    expected = f"Bearer {token}".encode()

    async def check(request: Request) -> None:
        given = request.headers.get("Authorization", "").encode()
        if not secrets.compare_digest(given, expected):
            raise HTTPException(401, "A valid service token is needed")

    return check


def _canonical(document_id: str) -> str:
    try:
        return str(UUID(document_id))
    except ValueError:
        raise HTTPException(404, "No such document") from None


_DocumentId = Annotated[str, Depends(_canonical)]


def _routes(documents: Documents) -> APIRouter:
    router = APIRouter()

    @router.post("/api/documents", status_code=202)
    async def accept(body: NewDocument) -> Accepted:
        record, seconds = documents.accept(
            document_id=str(body.document_id),
            source_url=body.source_url,
            content_type=body.content_type,
            course_id=body.metadata.course_id,
        )
        return Accepted(processing_id=record.processing_id, estimated_seconds=seconds)

    @router.get("/api/documents/{document_id}")
    async def status(document_id: _DocumentId) -> ProcessingStatus:
        return _found(documents, document_id)

    @router.get("/api/documents/{document_id}/content")
    async def content(document_id: _DocumentId) -> Response:
        if _found(documents, document_id).status != "completed":
            raise HTTPException(409, "The document has no content, or none yet")
        body = await run_in_threadpool(documents.content, document_id)
        return Response(body, media_type="application/json")

    @router.delete("/api/documents/{document_id}", status_code=204)
    async def delete(document_id: _DocumentId) -> None:
        await documents.delete(document_id)

    @router.post("/api/context/retrieve")
    async def retrieve(body: ContextQuery) -> Context:
        ids = [str(document_id) for document_id in dict.fromkeys(body.document_ids)]
        chunks = await documents.find(
            ids, body.query, limit=body.max_chunks, threshold=body.similarity_threshold
        )
        return Context(chunks=chunks)

    return router


def _found(documents: Documents, document_id: str) -> ProcessingStatus:
    status = documents.status(document_id)
    if status is None:
        raise HTTPException(404, "No such document")
    return status
