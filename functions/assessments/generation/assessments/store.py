"""Stored assessments, and counts of their content."""

from datetime import datetime

from functions.assessments.flashcards.cards.store import FLASHCARDS, get_study_state
from functions.assessments.generation.assessments.errors import AssessmentNotFound
from functions.assessments.generation.assessments.models import Assessment
from functions.assessments.quizzes.quizzes.store import QUIZZES
from shared.store import Collection, Store, Transaction

ASSESSMENTS = Collection("users/{user}/assessments", Assessment)


async def get_assessment(reads: Store | Transaction, *, user_id: str, assessment_id: str) -> Assessment:
    """Load an assessment whose course is not deleted. Costs 2 reads. Raises AssessmentNotFound."""
    ref = ASSESSMENTS.doc(assessment_id, user=user_id)
    state = await get_study_state(reads, user_id)
    assessment = await reads.get(ref)
    if assessment is None or assessment.course in state.forgotten_courses:
        raise AssessmentNotFound
    return assessment


async def mark_completed(tx: Transaction, *, user_id: str, assessment_id: str, now: datetime) -> None:
    """Record that something was generated for it. Costs 2 reads, 1 write. Raises AssessmentNotFound."""
    await get_assessment(tx, user_id=user_id, assessment_id=assessment_id)
    ref = ASSESSMENTS.doc(assessment_id, user=user_id)
    tx.merge(ref, {"status": "completed", "updated_at": now})


async def count_content(store: Store, *, user_id: str, assessment_id: str) -> tuple[int, int]:
    """Count the flashcards and the quizzes of it. Costs 1 read for each thousand of either."""
    cards = FLASHCARDS.query(user=user_id).where("assessment", "==", assessment_id)
    quizzes = QUIZZES.query(user=user_id).where("assessment", "==", assessment_id)
    return await store.count(cards), await store.count(quizzes)
