"""Purge of the assessments of a deleted course."""

from functions.assessments.generation.assessments.store import ASSESSMENTS
from functions.assessments.generation.concepts.models import CONCEPTS
from shared.store import Transaction

_MAX_ASSESSMENTS = 100


async def purge_course_assessments(tx: Transaction, user_id: str, course_id: str) -> bool:
    """Delete some assessments of a course, and its concepts; return whether none were left."""
    ref = CONCEPTS.doc(course_id, user=user_id)
    concepts = await tx.get(ref)
    if concepts is not None:
        tx.delete(ref)
    query = ASSESSMENTS.query(user=user_id).where("course", "==", course_id).limit(_MAX_ASSESSMENTS)
    assessments = await tx.find(query)
    for assessment in assessments:
        tx.delete(ASSESSMENTS.doc(assessment.id, user=user_id))
    return not assessments and concepts is None
