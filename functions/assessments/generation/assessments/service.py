"""Making, changing and deleting assessments, and ordering what they are to hold."""

from collections.abc import Mapping
from typing import Any

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import study_state
from functions.assessments.generation.assessments.models import Assessment
from functions.assessments.generation.assessments.rules import adjusted
from functions.assessments.generation.assessments.schemas import AssessmentView, GenerateContent
from functions.assessments.generation.assessments.store import ASSESSMENTS, held, visible_assessment
from functions.assessments.generation.runs.models import Order
from functions.assessments.quizzes.adaptive.service import focus
from shared.clock import derived_id
from shared.identity import Principal
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items
from shared.web.pages import Page, PageRequest, page


async def create(services: Services, *, user_id: str, fields: Mapping[str, Any]) -> Assessment:
    """Raises CourseNotFound."""
    now = services.clock.now()
    assessment = Assessment(id=services.ids.new(), **fields, created_at=now, updated_at=now)

    async def work(tx: Transaction) -> None:
        state = await study_state(tx, user_id)
        await require_courses(tx, user_id=user_id, courses={assessment.course}, state=state)
        tx.create(ASSESSMENTS.doc(assessment.id, user=user_id), assessment)

    await services.store.transact(work)
    return assessment


async def change(
    services: Services, *, user_id: str, assessment_id: str, fields: Mapping[str, Any]
) -> AssessmentView:
    """Raises AssessmentNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Assessment:
        before = await visible_assessment(tx, user_id=user_id, assessment_id=assessment_id)
        after = before.model_copy(update={**fields, "updated_at": now})
        tx.put(ASSESSMENTS.doc(assessment_id, user=user_id), after)
        return after

    return await _with_counts(services, user_id, await services.store.transact(work))


async def delete(services: Services, *, user_id: str, assessment_id: str) -> None:
    """Its cards and quizzes stay: they hold what the user has learned. Raises AssessmentNotFound."""

    async def work(tx: Transaction) -> None:
        await visible_assessment(tx, user_id=user_id, assessment_id=assessment_id)
        tx.delete(ASSESSMENTS.doc(assessment_id, user=user_id))

    await services.store.transact(work)


async def get(services: Services, *, user_id: str, assessment_id: str) -> AssessmentView:
    """Raises AssessmentNotFound."""
    found = await visible_assessment(services.store, user_id=user_id, assessment_id=assessment_id)
    return await _with_counts(services, user_id, found)


async def listing(
    services: Services, *, user_id: str, course: str | None, asked: PageRequest
) -> Page[AssessmentView]:
    """Newest first."""
    state = await study_state(services.store, user_id)
    query = ASSESSMENTS.query(user=user_id)
    if course is not None:
        query = query.where("course", "==", course)
    found = await page(
        services.store,
        query.order_by("created_at", descending=True),
        asked,
        AssessmentView.of,
        keep=lambda assessment: assessment.course not in state.forgotten_courses,
    )
    return found.model_copy(update={"results": [await _counted(services, user_id, v) for v in found.results]})


async def order_for(
    services: Services, *, caller: Principal, assessment_id: str, body: GenerateContent, key: str | None
) -> Order:
    """The order that the request makes. The same request makes the same order, unless another key says
    that it is meant anew. Raises AssessmentNotFound."""
    assessment = await visible_assessment(services.store, user_id=caller.user_id, assessment_id=assessment_id)
    topic = body.topic or assessment.topic
    order = Order(
        id=derived_id("content", caller.user_id, assessment_id, body.model_dump_json(), key or ""),
        course_id=assessment.course,
        assessment=assessment_id,
        topic=topic,
        title="" if topic else f"{assessment.title} Quiz"[:200],
        guidance=body.content,
        count=body.flashcard_count,
        questions=body.quiz_questions,
        question_types=body.question_types,
        document_ids=body.document_ids,
        difficulty_level=body.difficulty_level,
        language=body.language,
        repeatable=True,
    )
    if not body.use_adaptive:
        return order
    return adjusted(order, await focus(services.store, user_id=caller.user_id, course_id=order.course_id))


async def _with_counts(services: Services, user_id: str, assessment: Assessment) -> AssessmentView:
    cards, quizzes = await held(services.store, user_id=user_id, assessment_id=assessment.id)
    return AssessmentView.of(assessment, flashcards=cards, quizzes=quizzes)


async def _counted(services: Services, user_id: str, view: AssessmentView) -> AssessmentView:
    cards, quizzes = await held(services.store, user_id=user_id, assessment_id=view.id)
    note_items(1)
    return view.model_copy(update={"flashcard_count": cards, "quiz_count": quizzes})
