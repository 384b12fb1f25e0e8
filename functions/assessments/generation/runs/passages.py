"""The documents and passages that items are generated from."""

from collections.abc import Sequence
from typing import NamedTuple

from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.generation.runs.errors import (
    DocumentNotFound,
    DocumentNotReady,
    DocumentOfAnotherCourse,
    NothingToReadFrom,
)
from functions.assessments.generation.runs.models import Order
from shared.model.protocol import Passage
from shared.published.courses import COURSE_SUMMARIES, DOCUMENT_SUMMARIES, CourseSummary, DocumentSummary
from shared.services import Services

MAX_DOCUMENTS = 30
_MAX_PASSAGES = 60


class SourceDocuments(NamedTuple):
    """A course and those of its documents that an order draws on."""

    course: CourseSummary
    documents: Sequence[DocumentSummary]


async def load_documents(services: Services, user_id: str, order: Order) -> SourceDocuments:
    """Load the processed documents that the order names, or the newest of its course.

    Raises CourseNotFound, DocumentNotFound, DocumentOfAnotherCourse, DocumentNotReady, NothingToReadFrom.
    """
    course = await services.store.get(COURSE_SUMMARIES.doc(order.course_id, user=user_id))
    if course is None:
        raise CourseNotFound
    if order.document_ids:
        return SourceDocuments(course, await _load_named(services, user_id, order))
    query = DOCUMENT_SUMMARIES.query(user=user_id).where("course", "==", order.course_id)
    newest = await services.store.find(query.order_by("created_at", descending=True).limit(MAX_DOCUMENTS))
    ready = [document for document in newest if document.processing_status == "completed"]
    if not ready:
        raise NothingToReadFrom
    return SourceDocuments(course, ready)


async def _load_named(services: Services, user_id: str, order: Order) -> list[DocumentSummary]:
    document_ids = dict.fromkeys(order.document_ids)
    refs = [DOCUMENT_SUMMARIES.doc(document_id, user=user_id) for document_id in document_ids]
    documents = await services.store.get_many(refs)
    for position, document in enumerate(documents):
        if document is None:
            raise DocumentNotFound(position)
        if document.course != order.course_id:
            raise DocumentOfAnotherCourse(position)
        if document.processing_status != "completed":
            raise DocumentNotReady
    return [document for document in documents if document is not None]


async def retrieve_passages(
    services: Services, documents: Sequence[DocumentSummary], order: Order
) -> tuple[Passage, ...]:
    """Retrieve passages on the topic, or from all over the documents if there is no topic.

    Raises ServiceUnavailable.
    """
    chunks = await services.retrieval.retrieve(
        document_ids=[document.id for document in documents],
        query=order.subject,
        max_chunks=min(_MAX_PASSAGES, 10 + 2 * order.total),
    )
    return tuple(
        Passage(
            chunk_id=chunk.chunk_id,
            document_id=chunk.document_id,
            text=chunk.text,
            page=chunk.page,
            score=chunk.score,
        )
        for chunk in chunks
    )
