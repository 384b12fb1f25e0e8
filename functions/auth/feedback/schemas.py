"""Public body and answer of feedback."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from functions.auth.feedback.models import Feedback, FeedbackStatus, FeedbackType
from shared.web.schemas import Body, Instant, View


class FeedbackBody(Body):
    """Feedback as the user wrote it."""

    feedback_type: FeedbackType
    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        examples=["Add more quiz types"]
    )
    message: Annotated[str, StringConstraints(min_length=1, max_length=5000)] = Field(
        examples=["It would be great to have true/false questions"]
    )


class FeedbackView(View):
    """Feedback as it was received, with what became of it; `reply` is null until somebody replied."""

    id: str
    feedback_type: FeedbackType
    subject: str
    message: str
    status: FeedbackStatus
    reply: str | None
    has_screenshot: bool
    created_at: Instant


def feedback_view(feedback: Feedback) -> FeedbackView:
    """Build the public view; it tells that there is a screenshot, not where."""
    return FeedbackView(**feedback.model_dump(), has_screenshot=feedback.screenshot is not None)


def request_schema() -> dict[str, Any]:
    """Build the schema of the two content types that the route accepts, for the API document."""
    fields = FeedbackBody.model_json_schema()
    picture = {"type": "string", "format": "binary", "description": "PNG or JPEG, at most 5 MB"}
    form = {**fields, "properties": {**fields["properties"], "screenshot": picture}}
    return {
        "required": True,
        "content": {"application/json": {"schema": fields}, "multipart/form-data": {"schema": form}},
    }
