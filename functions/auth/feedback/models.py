"""Feedback as it is stored."""

from datetime import datetime
from typing import Literal

from shared.store import Document

FeedbackType = Literal["bug", "feature_request", "general", "complaint", "praise"]
FeedbackStatus = Literal["received", "in_review", "planned", "done", "declined"]


class Feedback(Document):
    """Feedback of a user; `screenshot` is the key of an object. `status` and `reply` are the staff's."""

    feedback_type: FeedbackType
    subject: str
    message: str
    status: FeedbackStatus = "received"
    reply: str | None = None
    screenshot: str | None = None
    created_at: datetime
