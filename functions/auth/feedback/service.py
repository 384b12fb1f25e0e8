"""Use case of feedback."""

from functions.auth.feedback.models import Feedback
from functions.auth.feedback.rules import Picture
from functions.auth.feedback.schemas import FeedbackBody
from functions.auth.feedback.store import FEEDBACK, screenshot_key
from shared.services import Services


async def give_feedback(
    services: Services, *, user_id: str, body: FeedbackBody, screenshot: Picture | None
) -> Feedback:
    """Store feedback, the screenshot first, so that no listed feedback lacks one."""
    feedback_id, key = services.ids.new(), None
    if screenshot is not None:
        key = screenshot_key(user_id, feedback_id, screenshot.suffix)
        await services.objects.put(key, screenshot.content, content_type=screenshot.content_type)
    feedback = Feedback(id=feedback_id, screenshot=key, created_at=services.clock.now(), **body.model_dump())
    await services.store.create(FEEDBACK.doc(feedback_id, user=user_id), feedback)
    return feedback
