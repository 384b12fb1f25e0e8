"""Deletion of documents: from the store at once, from object store and retrieval service by tasks."""

from collections import Counter
from collections.abc import Sequence

from functions.courses.courses.store import COURSES
from functions.courses.courses.tasks import PurgeCourse
from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import (
    DOCUMENTS,
    build_object_prefix,
    bytes_ref,
    document_ref,
    get_course_and_document,
)
from functions.courses.documents.tasks import PurgeDocument
from functions.courses.sections.store import SECTIONS
from functions.courses.sections.tasks import PurgeSection
from functions.courses.tags.store import read_tags, tag_book_ref
from shared.services import Services
from shared.store import Increment, Transaction
from shared.usage import UsageOf, release_document

_BATCH_DOCUMENTS = 20


async def delete_document(services: Services, *, user_id: str, course_id: str, document_id: str) -> None:
    """Delete a document. Raises CourseNotFound, DocumentNotFound."""
    usage = UsageOf(user_id, services.clock.now())

    async def work(tx: Transaction) -> None:
        course, document = await get_course_and_document(
            tx, user_id=user_id, course_id=course_id, document_id=document_id
        )
        tx.merge(COURSES.doc(course.id, user=user_id), {"document_count": Increment(-1)})
        await delete_documents(tx, usage, [document])

    await services.store.transact(work)


async def delete_documents(tx: Transaction, usage: UsageOf, documents: Sequence[CourseDocument]) -> None:
    """Delete documents from the store, with claims, tags and quota.

    Leaves the count of their course unchanged. Costs 1 read and 1 write; for each document 2 deletes, 1 write
    and a task.
    """
    book = await read_tags(tx, user_id=usage.user_id)
    removed = Counter(tag_id for document in documents for tag_id in document.tags)
    if removed:
        changes = {tag_id: -count for tag_id, count in removed.items()}
        tx.put(tag_book_ref(usage.user_id), book.apply_counts(changes))
    for document in documents:
        tx.delete(document_ref(document))
        if document.sha256 is not None:
            tx.delete(bytes_ref(user_id=document.user, course_id=document.course, sha256=document.sha256))
        release_document(tx, usage, size=document.file_size_bytes)
        tx.enqueue(PurgeDocument(user=document.user, document=document.id))


async def purge_document(services: Services, *, user_id: str, document_id: str) -> None:
    """Purge the document's file and chunks. Repeatable. Raises ServiceUnavailable."""
    await services.objects.delete_prefix(build_object_prefix(user_id=user_id, document_id=document_id))
    await services.retrieval.delete(document_id)


async def purge_course(services: Services, *, user_id: str, course_id: str) -> None:
    """Purge a batch of a deleted course's documents and sections; a further task does the rest."""
    usage = UsageOf(user_id, services.clock.now())
    documents_of = DOCUMENTS.query(user=user_id).where("course", "==", course_id).limit(_BATCH_DOCUMENTS)
    sections_of = SECTIONS.query(user=user_id, course=course_id).limit(_BATCH_DOCUMENTS)

    async def work(tx: Transaction) -> None:
        documents, sections = await tx.find(documents_of), await tx.find(sections_of)
        if not documents and not sections:
            return
        for section in sections:
            tx.delete(SECTIONS.doc(section.id, user=user_id, course=course_id))
        await delete_documents(tx, usage, documents)
        tx.enqueue(PurgeCourse(user=user_id, course=course_id))

    await services.store.transact(work)


async def purge_section(services: Services, *, user_id: str, course_id: str, section_id: str) -> None:
    """Take a batch of documents out of a deleted section; a further task does the rest."""
    query = DOCUMENTS.query(user=user_id).where("course", "==", course_id).where("section", "==", section_id)

    async def work(tx: Transaction) -> None:
        documents = await tx.find(query.limit(_BATCH_DOCUMENTS))
        for document in documents:
            tx.merge(document_ref(document), {"section": None})
        if documents:
            tx.enqueue(PurgeSection(user=user_id, course=course_id, section=section_id))

    await services.store.transact(work)
