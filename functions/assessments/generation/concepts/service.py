"""Use cases of concepts."""

from collections.abc import Iterable, Mapping

from functions.assessments.generation.concepts.models import CONCEPTS, MAX_CONCEPTS
from functions.assessments.generation.concepts.rules import merge_names
from shared.store import Store, Transaction


async def load_concepts(reads: Store | Transaction, *, user_id: str, course_id: str) -> tuple[str, ...]:
    """Return the names of the course's concepts. Costs 1 read."""
    concepts = await reads.get(CONCEPTS.doc(course_id, user=user_id))
    return concepts.names if concepts else ()


async def register_concepts(
    tx: Transaction, *, user_id: str, course_id: str, proposed: Iterable[str]
) -> Mapping[str, str]:
    """Return the course's name for each proposed one, storing new names.

    Costs 1 read, and 1 write if there are new ones.
    """
    before = await load_concepts(tx, user_id=user_id, course_id=course_id)
    names, canonical = merge_names(before, proposed, limit=MAX_CONCEPTS)
    if names != before:
        tx.merge(CONCEPTS.doc(course_id, user=user_id), {"names": names})
    return canonical
