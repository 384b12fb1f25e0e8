"""Deleting what a forgotten course had of assessments."""

from functions.assessments.generation.assessments.store import ASSESSMENTS
from functions.assessments.generation.concepts.models import CONCEPTS
from shared.store import Transaction

_BATCH = 100


async def delete_assessments(tx: Transaction, user_id: str, course_id: str) -> bool:
    """Delete some of the course's assessments, and its concepts; whether there was nothing to delete."""
    concepts = CONCEPTS.doc(course_id, user=user_id)
    named = await tx.get(concepts)
    if named is not None:
        tx.delete(concepts)
    query = ASSESSMENTS.query(user=user_id).where("course", "==", course_id).limit(_BATCH)
    found = await tx.find(query)
    for assessment in found:
        tx.delete(ASSESSMENTS.doc(assessment.id, user=user_id))
    return not found and named is None
