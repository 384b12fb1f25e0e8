"""Orders for the content of an assessment."""

from functions.assessments.generation.assessments.store import get_assessment
from functions.assessments.generation.runs.adaptation import adjust_order
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.schemas import GenerateContent
from functions.assessments.quizzes.adaptive.service import get_focus
from shared.clock import derive_id
from shared.identity import Principal
from shared.services import Services


async def order_content(
    services: Services, *, caller: Principal, assessment_id: str, body: GenerateContent, key: str | None
) -> Order:
    """Build the order of a request: the same one for the same request and idempotency key.

    Raises AssessmentNotFound.
    """
    assessment = await get_assessment(services.store, user_id=caller.user_id, assessment_id=assessment_id)
    topic = body.topic or assessment.topic
    order = Order(
        id=derive_id("content", caller.user_id, assessment_id, body.model_dump_json(), key or ""),
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
    return adjust_order(
        order, await get_focus(services.store, user_id=caller.user_id, course_id=order.course_id)
    )
