"""Routes of documents."""

from typing import Annotated, Literal

from fastapi import Query

from functions.courses.courses.errors import CourseNotFound
from functions.courses.documents import deletion, service
from functions.courses.documents.errors import DocumentNotFound, FileNotStored
from functions.courses.documents.schemas import (
    DocumentPatch,
    DocumentView,
    Download,
    document_view,
)
from functions.courses.tags.errors import TooManyTags
from functions.courses.tags.schemas import DocumentTags
from shared.published.courses import ProcessingStatus
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router

router = Router(tag="documents")

_LIST = "/api/v1/courses/{course_id}/documents/"
_ONE = "/api/v1/courses/{course_id}/documents/{doc_id}/"
Filter = Annotated[str | None, Query(max_length=200)]


@router.serve("GET", _LIST, access=USER, cost=Cost(reads=5, reads_per_item=1), errors=[CourseNotFound])
async def list_documents(
    services: Provided,
    caller: Caller,
    page_request: RequestedPage,
    course_id: str,
    section: Filter = None,
    tag: Annotated[str | None, Query(max_length=200, description="A tag's name or id")] = None,
    processing_status: ProcessingStatus | None = None,
    document_type: Filter = None,
    *,
    ordering: Annotated[
        Literal["created_at", "-created_at", "name", "-name"],
        Query(description="The field to sort by; a minus before it sorts the other way round"),
    ] = "-created_at",
) -> Page[DocumentView]:
    """List the documents of a course, newest first unless `ordering` says otherwise."""
    equal = {"section": section, "processing_status": processing_status, "document_type": document_type}
    return await service.list_documents(
        services,
        page_request,
        user_id=caller.user_id,
        course_id=course_id,
        equal=equal,
        tag=tag,
        ordering=ordering,
    )


@router.serve("GET", _ONE, access=USER, cost=Cost(reads=4), errors=[DocumentNotFound])
async def get_document(services: Provided, caller: Caller, course_id: str, doc_id: str) -> DocumentView:
    """Return one document."""
    document, tags = await service.get_tagged_document(
        services, user_id=caller.user_id, course_id=course_id, document_id=doc_id
    )
    return document_view(document, tags)


@router.serve("PATCH", _ONE, access=USER, cost=Cost(reads=5, writes=1), errors=[DocumentNotFound])
async def update_document(
    services: Provided, caller: Caller, course_id: str, doc_id: str, body: DocumentPatch
) -> DocumentView:
    """Change the name, description or section of a document."""
    document, tags = await service.change_document(
        services,
        user_id=caller.user_id,
        course_id=course_id,
        document_id=doc_id,
        fields=body.model_dump(exclude_unset=True),
    )
    return document_view(document, tags)


@router.serve(
    "DELETE",
    _ONE,
    access=USER,
    cost=Cost(reads=4, writes=4, deletes=3),
    status=204,
    errors=[DocumentNotFound],
)
async def delete_document(services: Provided, caller: Caller, course_id: str, doc_id: str) -> None:
    """Delete a document: hidden at once, purged from all storage in the background."""
    await deletion.delete_document(services, user_id=caller.user_id, course_id=course_id, document_id=doc_id)


@router.serve(
    "PUT",
    f"{_ONE}tags/",
    access=USER,
    cost=Cost(reads=4, writes=2),
    errors=[DocumentNotFound, TooManyTags],
)
async def set_document_tags(
    services: Provided, caller: Caller, course_id: str, doc_id: str, body: DocumentTags
) -> DocumentView:
    """Replace the tags of a document; new names become new tags."""
    document, tags = await service.tag_document(
        services, user_id=caller.user_id, course_id=course_id, document_id=doc_id, names=body.tags
    )
    return document_view(document, tags)


@router.serve(
    "GET", f"{_ONE}download/", access=USER, cost=Cost(reads=3), errors=[DocumentNotFound, FileNotStored]
)
async def get_document_download(services: Provided, caller: Caller, course_id: str, doc_id: str) -> Download:
    """Return a link to the original file, valid for 15 minutes."""
    url, expires_at = await service.create_download_link(
        services, user_id=caller.user_id, course_id=course_id, document_id=doc_id
    )
    return Download(url=url, expires_at=expires_at)
