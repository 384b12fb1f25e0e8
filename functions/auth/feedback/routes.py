"""Route of feedback."""

from fastapi import Request

from functions.auth.feedback import service
from functions.auth.feedback.errors import NotAPicture
from functions.auth.feedback.reading import read_feedback
from functions.auth.feedback.rules import MAX_PICTURE_BYTES
from functions.auth.feedback.schemas import FeedbackView, feedback_view, request_schema
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="feedback")

_MAX_FIELDS_BYTES = 64 * 1024  # the rest of the form


@router.serve(
    "POST",
    "/api/v1/accounts/feedback/",
    access=USER,
    cost=Cost(reads=1, writes=1),
    status=201,
    errors=[NotAPicture],
    body_limit=lambda _: MAX_PICTURE_BYTES + _MAX_FIELDS_BYTES,
    openapi_extra={"requestBody": request_schema()},
)
async def send_feedback(request: Request, caller: Caller, services: Provided) -> FeedbackView:
    """Send feedback, as JSON or as a form with a screenshot."""
    body, screenshot = await read_feedback(request)
    feedback = await service.give_feedback(services, user_id=caller.user_id, body=body, screenshot=screenshot)
    return feedback_view(feedback)
