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


class OldSecret(BaseModel):
    """A secret that was replaced, and the instant until which it signs beside the new one."""

    model_config = ConfigDict(frozen=True)

    secret: str
    valid_until: datetime


class Webhook(Document):
    """A webhook. `secret` is the `whsec_…` that signs its deliveries, beside `old_secrets`, newest first.

    `failing_since` is the first of an unbroken series of failures. `switched_off_because` is set if we, not
    the user, switched it off. Until `paused_until` the receiver has asked for no calls.
    """

    url: str
    events: tuple[WebhookEvent, ...]
    secret: str
    old_secrets: tuple[OldSecret, ...] = ()
    active: bool = True
    failing_since: datetime | None = None
    paused_until: datetime | None = None
    switched_off_because: str | None = None
    created_at: datetime
    updated_at: datetime


class Attempt(BaseModel):
    """An attempt. `status` is the receiver's answer; without an answer it is None and `error` says why."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    status: int | None = None
    milliseconds: int
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Tell whether the receiver accepted the delivery."""
        return self.status is not None and 200 <= self.status < 300


class WebhookDelivery(Document):
    """A delivery of one event to one webhook.

    `tries` counts all attempts, `attempts` holds the last ones. A round of attempts starts with the first
    one, or when the user asks for redelivery.
    """

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
