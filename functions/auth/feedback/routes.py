"""Routes of feedback."""

from fastapi import Request

from functions.auth.feedback import service, store
from functions.auth.feedback.errors import FeedbackNotFound, NotAPicture
from functions.auth.feedback.reading import read_feedback
from functions.auth.feedback.rules import MAX_PICTURE_BYTES
from functions.auth.feedback.schemas import FeedbackView, feedback_view, request_schema
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage, get_page
from shared.web.router import Router

router = Router(tag="feedback")

_LIST = "/api/v1/accounts/feedback/"
_MAX_FIELDS_BYTES = 64 * 1024  # the rest of the form


@router.serve(
    "POST",
    _LIST,
    access=USER,
    cost=Cost(reads=1, writes=1),
    status=201,
    location="/api/v1/accounts/feedback/",
    errors=[NotAPicture],
    body_limit=lambda _: MAX_PICTURE_BYTES + _MAX_FIELDS_BYTES,
    openapi_extra={"requestBody": request_schema()},
)
async def send_feedback(request: Request, caller: Caller, services: Provided) -> FeedbackView:
    """Send feedback, as JSON or as a form with a screenshot."""
    body, screenshot = await read_feedback(request)
    feedback = await service.give_feedback(services, user_id=caller.user_id, body=body, screenshot=screenshot)
    return feedback_view(feedback)


@router.serve("GET", _LIST, access=USER, cost=Cost(reads=3, reads_per_item=1))
async def list_feedback(
    caller: Caller, services: Provided, page_request: RequestedPage
) -> Page[FeedbackView]:
    """List the caller's feedback, newest first, with its status and the staff's replies."""
    query = store.query_feedback(caller.user_id)
    return await get_page(services.store, query, page_request, feedback_view)


@router.serve("GET", f"{_LIST}{{feedback_id}}/", access=USER, cost=Cost(reads=2), errors=[FeedbackNotFound])
async def get_feedback(caller: Caller, services: Provided, feedback_id: str) -> FeedbackView:
    """Return one item of the caller's feedback."""
    feedback = await store.get_feedback(services.store, user_id=caller.user_id, feedback_id=feedback_id)
    return feedback_view(feedback)
