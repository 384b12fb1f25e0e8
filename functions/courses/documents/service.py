"""Use cases of documents: read, change, tag, download."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.courses.courses.store import get_course
from functions.courses.documents.errors import FileNotStored
from functions.courses.documents.models import CourseDocument
from functions.courses.documents.schemas import DocumentView, document_view
from functions.courses.documents.store import document_ref, get_document, query_documents
from functions.courses.sections.store import check_section
from functions.courses.tags.models import TagBook
from functions.courses.tags.rules import count_changes
from functions.courses.tags.service import add_names
from functions.courses.tags.store import read_tags, tag_book_ref
from shared.services import Services
from shared.store import Transaction
from shared.web.pages import Page, PageRequest, build_whole_page, get_page

_LINK_LIFETIME = timedelta(minutes=15)


async def list_documents(
    services: Services,
    page_request: PageRequest,
    *,
    user_id: str,
    course_id: str,
    equal: Mapping[str, str | None],
    tag: str | None,
    ordering: str,
) -> Page[DocumentView]:
    """List the documents that match, in an order. `tag` is a name or an id. Raises CourseNotFound."""
    await get_course(services.store, user_id=user_id, course_id=course_id)
    book = await read_tags(services.store, user_id=user_id)
    tag_id = (tag if tag in book.tags else book.find_id(tag)) if tag else None
    if tag and tag_id is None:
        return build_whole_page([])
    query = query_documents(
        user_id=user_id, course_id=course_id, equal=equal, tag_id=tag_id, ordering=ordering
    )
    return await get_page(services.store, query, page_request, lambda document: document_view(document, book))


async def get_tagged_document(
    services: Services, *, user_id: str, course_id: str, document_id: str
) -> tuple[CourseDocument, TagBook]:
    """Load a document and the user's tags. Raises CourseNotFound, DocumentNotFound."""
    document = await get_document(
        services.store, user_id=user_id, course_id=course_id, document_id=document_id
    )
    return document, await read_tags(services.store, user_id=user_id)


async def change_document(
    services: Services, *, user_id: str, course_id: str, document_id: str, fields: Mapping[str, Any]
) -> tuple[CourseDocument, TagBook]:
    """Change a document. Raises CourseNotFound, DocumentNotFound, ValidationFailed."""
    now = services.clock.now()

    async def work(tx: Transaction) -> tuple[CourseDocument, TagBook]:
        before = await get_document(tx, user_id=user_id, course_id=course_id, document_id=document_id)
        await check_section(
            tx, user_id=user_id, course_id=course_id, section_id=fields.get("section"), field="section"
        )
        document = before.model_copy(update={**fields, "updated_at": now})
        tx.put(document_ref(document), document)
        return document, await read_tags(tx, user_id=user_id)

    return await services.store.transact(work)


async def tag_document(
    services: Services, *, user_id: str, course_id: str, document_id: str, names: Sequence[str]
) -> tuple[CourseDocument, TagBook]:
    """Replace the tags of a document. Raises CourseNotFound, DocumentNotFound, TooManyTags."""
    now = services.clock.now()

    async def work(tx: Transaction) -> tuple[CourseDocument, TagBook]:
        before = await get_document(tx, user_id=user_id, course_id=course_id, document_id=document_id)
        book, tag_ids = add_names(services, await read_tags(tx, user_id=user_id), names)
        book = book.apply_counts(count_changes(before.tags, tag_ids))
        document = before.model_copy(update={"tags": tuple(tag_ids), "updated_at": now})
        tx.put(tag_book_ref(user_id), book)
        tx.put(document_ref(document), document)
        return document, book

    return await services.store.transact(work)


async def create_download_link(
    services: Services, *, user_id: str, course_id: str, document_id: str
) -> tuple[str, datetime]:
    """Create a link to the file; returns it with its expiry.

    Raises CourseNotFound, DocumentNotFound, FileNotStored.
    """
    document = await get_document(
        services.store, user_id=user_id, course_id=course_id, document_id=document_id
    )
    if document.object_key is None:
        raise FileNotStored
    expires_at = services.clock.now() + _LINK_LIFETIME
    url = await services.objects.sign_download(
        document.object_key, expires_in=_LINK_LIFETIME, download_name=document.file_name
    )
    return url, expires_at
