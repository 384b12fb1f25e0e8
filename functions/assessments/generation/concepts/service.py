"""Naming concepts: once for each course, and the same ever after."""

from collections.abc import Iterable, Mapping

from functions.assessments.generation.concepts.models import CONCEPTS, MOST_CONCEPTS
from functions.assessments.generation.concepts.rules import named
from shared.store import Store, Transaction


async def known(reads: Store | Transaction, *, user_id: str, course_id: str) -> tuple[str, ...]:
    """The names of the course's concepts. Costs 1 read."""
    found = await reads.get(CONCEPTS.doc(course_id, user=user_id))
    return found.names if found else ()


async def remember(
    tx: Transaction, *, user_id: str, course_id: str, proposed: Iterable[str]
) -> Mapping[str, str]:
    """For each proposed name the one that the course has for it, new ones kept. Costs 1 read, and 1 write
    where there are new ones."""
    before = await known(tx, user_id=user_id, course_id=course_id)
    names, standing = named(before, proposed, most=MOST_CONCEPTS)
    if names != before:
        tx.merge(CONCEPTS.doc(course_id, user=user_id), {"names": names})
    return standing
