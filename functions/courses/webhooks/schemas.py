"""Public bodies and answers of webhooks."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictBool, StringConstraints

from functions.courses.webhooks.models import DeliveryStatus, Webhook, WebhookDelivery, WebhookEvent
from shared.web.schemas import Body, Instant, View

Address = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
Secret = Annotated[str, StringConstraints(min_length=8, max_length=200)]
Wanted = Annotated[list[WebhookEvent], Field(min_length=1, max_length=50)]


class WebhookBody(Body):
    """A webhook to register. Without `secret` one is generated, and shown in this answer only."""

    read_only: ClassVar = frozenset(
        {
            "id", "active", "failing_since", "paused_until", "switched_off_because", "old_secret_until",
            "created_at", "updated_at",
        }
    )  # fmt: skip

    url: Address = Field(examples=["https://your-app.com/webhook"])
    events: Wanted = Field(examples=[["document.processing.completed"]])
    secret: Secret | None = Field(
        default=None,
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        description="A `whsec_` secret of Standard Webhooks is used unchanged. Any other text is used as its"
        " UTF-8 bytes: give the receiver's library `whsec_` followed by their base64.",
    )


class WebhookPatch(Body):
    """Changes of a webhook: only the fields sent."""

    read_only: ClassVar = WebhookBody.read_only - {"active"}

    url: Address = Field(default="", examples=["https://your-app.com/webhook"])
    events: Wanted = Field(default=[], examples=[["document.processing.completed"]])
    active: StrictBool = True
    secret: Secret = ""


class SecretBody(Body):
    """The new secret of a webhook. Without `secret` one is generated, and shown in this answer only."""

    secret: Secret | None = Field(default=None, examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class WebhookView(View):
    """A webhook. `failing_since` is the first of an unbroken series of failures; five days switch it off.

    `paused_until` is the end of the pause that the receiver asked for by `Retry-After`, `old_secret_until`
    the instant until which a replaced secret signs beside the new one.
    """

    id: str
    url: str
    events: list[WebhookEvent]
    active: bool
    failing_since: Instant | None
    paused_until: Instant | None
    old_secret_until: Instant | None
    switched_off_because: str | None
    created_at: Instant
    updated_at: Instant


class NewWebhook(WebhookView):
    """A new webhook. `secret` is set if it was generated; it is not shown again."""

    secret: str | None


class AttemptView(View):
    """An attempt. `status` is the receiver's answer, null without one."""

    at: Instant
    status: int | None
    milliseconds: int
    error: str | None


class DeliveryView(View):
    """A delivery. `tries` counts all attempts, `attempts` shows the last twenty."""

    id: str
    event_type: str
    payload: dict[str, Any]
    status: DeliveryStatus
    tries: int
    next_attempt_at: Instant | None
    attempts: list[AttemptView]
    created_at: Instant


def webhook_view(webhook: Webhook) -> WebhookView:
    """Build the public view of a webhook, without its secret."""
    return WebhookView(**_list_fields(webhook))


def new_webhook_view(webhook: Webhook, *, show_secret: bool) -> NewWebhook:
    """Build the answer to a new webhook; only this one may show the secret."""
    return NewWebhook(**_list_fields(webhook), secret=webhook.secret if show_secret else None)


def _list_fields(webhook: Webhook) -> dict[str, Any]:
    until = max((old.valid_until for old in webhook.old_secrets), default=None)
    return {**webhook.model_dump(include=set(WebhookView.model_fields)), "old_secret_until": until}


def delivery_view(delivery: WebhookDelivery) -> DeliveryView:
    """Build the public view of a delivery."""
    return DeliveryView(**delivery.model_dump(include=set(DeliveryView.model_fields)))
