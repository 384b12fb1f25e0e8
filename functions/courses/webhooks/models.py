"""Webhooks and their deliveries as they are stored."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.store import Document

WebhookEvent = Literal[
    "document.processing.completed",
    "document.processing.failed",
    "generation.completed",
    "generation.failed",
    "quiz.completed",
    "study_session.completed",
    "goal.completed",
    "subscription.updated",
]
DeliveryStatus = Literal["pending", "delivered", "failed"]


class Webhook(Document):
    """`secret` is a `whsec_…`, needed to sign. `failing_since` is the first of an unbroken row of failures;
    `switched_off_because` tells why it is not `active` where we did that."""

    url: str
    events: tuple[WebhookEvent, ...]
    secret: str
    active: bool = True
    failing_since: datetime | None = None
    switched_off_because: str | None = None
    created_at: datetime
    updated_at: datetime


class Attempt(BaseModel):
    """`status` is the receiver's answer, None where there was none; `error` then says why."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    status: int | None = None
    milliseconds: int
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class WebhookDelivery(Document):
    """One event on its way to one webhook. `tries` counts all attempts, `attempts` keeps the last ones;
    `round_started_at` is when it was first tried, or asked for again."""

    webhook: str
    event_type: str
    payload: dict[str, Any]
    status: DeliveryStatus = "pending"
    tries: int = 0
    round_tries: int = 0
    round_started_at: datetime
    next_attempt_at: datetime | None
    attempts: tuple[Attempt, ...] = ()
    created_at: datetime
    expires_at: datetime
