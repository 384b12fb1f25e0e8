"""Use cases of assessments."""

from collections.abc import Mapping
from typing import Any

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.generation.assessments.models import Assessment
from functions.assessments.generation.assessments.schemas import AssessmentView
from functions.assessments.generation.assessments.store import ASSESSMENTS, count_content, get_assessment
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items
from shared.web.pages import Page, PageRequest, get_page


async def create_assessment(services: Services, *, user_id: str, fields: Mapping[str, Any]) -> Assessment:
    """Create an assessment. Raises CourseNotFound."""
    now = services.clock.now()
    assessment = Assessment(id=services.ids.new(), **fields, created_at=now, updated_at=now)

    async def work(tx: Transaction) -> None:
        state = await get_study_state(tx, user_id)
        await require_courses(tx, user_id=user_id, courses={assessment.course}, state=state)
        tx.create(ASSESSMENTS.doc(assessment.id, user=user_id), assessment)

    await services.store.transact(work)
    return assessment


async def change_assessment(
    services: Services, *, user_id: str, assessment_id: str, fields: Mapping[str, Any]
) -> AssessmentView:
    """Change fields of an assessment. Raises AssessmentNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Assessment:
        before = await get_assessment(tx, user_id=user_id, assessment_id=assessment_id)
        after = before.model_copy(update={**fields, "updated_at": now})
        tx.put(ASSESSMENTS.doc(assessment_id, user=user_id), after)
        return after

    return await _view_with_counts(services, user_id, await services.store.transact(work))


async def delete_assessment(services: Services, *, user_id: str, assessment_id: str) -> None:
    """Delete the assessment; its cards and quizzes stay, because they carry the user's results.

    Raises AssessmentNotFound.
    """

    async def work(tx: Transaction) -> None:
        await get_assessment(tx, user_id=user_id, assessment_id=assessment_id)
        tx.delete(ASSESSMENTS.doc(assessment_id, user=user_id))

    await services.store.transact(work)


async def view_assessment(services: Services, *, user_id: str, assessment_id: str) -> AssessmentView:
    """Load an assessment with its counts. Raises AssessmentNotFound."""
    assessment = await get_assessment(services.store, user_id=user_id, assessment_id=assessment_id)
    return await _view_with_counts(services, user_id, assessment)


async def list_assessments(
    services: Services, *, user_id: str, course: str | None, asked: PageRequest
) -> Page[AssessmentView]:
    """List the assessments of courses that are not deleted, newest first."""
    state = await get_study_state(services.store, user_id)
    query = ASSESSMENTS.query(user=user_id)
    if course is not None:
        query = query.where("course", "==", course)
    assessments = await get_page(
        services.store,
        query.order_by("created_at", descending=True),
        asked,
        AssessmentView.of,
        keep=lambda assessment: assessment.course not in state.forgotten_courses,
    )
    views = [await _add_counts(services, user_id, view) for view in assessments.results]
    return assessments.model_copy(update={"results": views})


async def _view_with_counts(services: Services, user_id: str, assessment: Assessment) -> AssessmentView:
    cards, quizzes = await count_content(services.store, user_id=user_id, assessment_id=assessment.id)
    return AssessmentView.of(assessment, flashcards=cards, quizzes=quizzes)


async def _add_counts(services: Services, user_id: str, view: AssessmentView) -> AssessmentView:
    cards, quizzes = await count_content(services.store, user_id=user_id, assessment_id=view.id)
    note_items(1)
    return view.model_copy(update={"flashcard_count": cards, "quiz_count": quizzes})
