"""Feedback as it is stored."""

from datetime import datetime
from typing import Literal

from shared.store import Document

FeedbackType = Literal["bug", "feature_request", "general", "complaint", "praise"]


class Feedback(Document):
    """Feedback of a user; `screenshot` is the key of an object."""

    feedback_type: FeedbackType
    subject: str
    message: str
    status: Literal["received"] = "received"
    screenshot: str | None = None
    created_at: datetime
