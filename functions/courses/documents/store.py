"""Collections and queries of documents, and the keys of their files."""

from collections.abc import Mapping

from functions.courses.courses.models import Course
from functions.courses.courses.store import get_course
from functions.courses.documents.errors import DocumentNotFound
from functions.courses.documents.models import CourseDocument, SameBytes
from functions.courses.files.rules import build_key_name
from shared.store import Collection, Query, Ref, Store, Transaction
from shared.web.ordering import order_query

DOCUMENTS = Collection("users/{user}/documents", CourseDocument)
SAME_BYTES = Collection("users/{user}/document_hashes", SameBytes)


def document_ref(document: CourseDocument) -> Ref[CourseDocument]:
    """Return the document under its owner."""
    return DOCUMENTS.doc(document.id, user=document.user)


def bytes_ref(*, user_id: str, course_id: str, sha256: str) -> Ref[SameBytes]:
    """Return the marker that recognises the same bytes within a course."""
    return SAME_BYTES.doc(f"{course_id}:{sha256}", user=user_id)


def build_object_prefix(*, user_id: str, document_id: str) -> str:
    """Build the prefix of the keys of a document's files."""
    return f"users/{user_id}/documents/{document_id}/"


def build_object_key(*, user_id: str, document_id: str, unique_id: str, file_name: str) -> str:
    """Build a key for a document's file that no other attempt writes to."""
    prefix = build_object_prefix(user_id=user_id, document_id=document_id)
    return f"{prefix}{unique_id}-{build_key_name(file_name)}"


async def get_document(
    reader: Store | Transaction, *, user_id: str, course_id: str, document_id: str
) -> CourseDocument:
    """Load a document. Costs 2 reads. Raises CourseNotFound, DocumentNotFound."""
    _, document = await get_course_and_document(
        reader, user_id=user_id, course_id=course_id, document_id=document_id
    )
    return document


async def get_course_and_document(
    reader: Store | Transaction, *, user_id: str, course_id: str, document_id: str
) -> tuple[Course, CourseDocument]:
    """Load a document and its course. Costs 2 reads. Raises CourseNotFound, DocumentNotFound."""
    course = await get_course(reader, user_id=user_id, course_id=course_id)
    document = await reader.get(DOCUMENTS.doc(document_id, user=user_id))
    if document is None or document.course != course.id:
        raise DocumentNotFound
    return course, document


def query_documents(
    *, user_id: str, course_id: str, equal: Mapping[str, str | None], tag_id: str | None, ordering: str
) -> Query[CourseDocument]:
    """Select documents in an order. Empty values of `equal` do not restrict."""
    query = DOCUMENTS.query(user=user_id).where("course", "==", course_id)
    for field, value in equal.items():
        if value:
            query = query.where(field, "==", value)
    if tag_id is not None:
        query = query.where("tags", "array_contains", tag_id)
    return order_query(query, ordering)
