"""Secrets, retries, and the end of retries."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

from functions.courses.webhooks.models import Attempt, Webhook, WebhookDelivery
from shared.retries import RetryPolicy

MAX_WEBHOOKS = 20
MAX_STORED_ATTEMPTS = 20
RETENTION_PERIOD = timedelta(days=30)
RETRY_PERIOD = timedelta(days=1)
SWITCH_OFF_AFTER = timedelta(days=5)
SWITCHED_OFF = "No delivery has succeeded for five days"

_PREFIX = "whsec_"
_MIN_KEY_BYTES, _MAX_KEY_BYTES = 24, 64  # bytes, as Standard Webhooks recommend
# Twelve attempts within the retry period.
_RETRIES = RetryPolicy(first_pause=timedelta(seconds=5), factor=3, max_pause=timedelta(hours=6), jitter=0.1)


def normalise_secret(secret: str) -> str:
    """Return a `whsec_` secret unchanged, any other text as the `whsec_` of its UTF-8 bytes in base64."""
    if secret.startswith(_PREFIX) and _is_key(secret.removeprefix(_PREFIX)):
        return secret
    return encode_secret(secret.encode())


def encode_secret(key: bytes) -> str:
    """Encode a key as a `whsec_` secret."""
    return _PREFIX + base64.b64encode(key).decode("ascii")


def build_payload(event_type: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """Build the body that a receiver reads."""
    timestamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"type": event_type, "timestamp": timestamp, "data": data}


def schedule_next_attempt(delivery: WebhookDelivery, *, now: datetime, chance: float) -> datetime | None:
    """Return the time of the next attempt after a failure; None once `RETRY_PERIOD` has passed.

    `chance`, from 0 to 1, spreads the retries of receivers that failed together.
    """
    at = now + _RETRIES.pause_after(delivery.round_tries, chance=chance)
    return at if at <= delivery.round_started_at + RETRY_PERIOD else None


def record_attempt(
    delivery: WebhookDelivery, attempt: Attempt, *, chance: float, again: bool = True
) -> WebhookDelivery:
    """Record an attempt; `again` allows a next one."""
    updated = delivery.model_copy(
        update={
            "tries": delivery.tries + 1,
            "round_tries": delivery.round_tries + 1,
            "attempts": (*delivery.attempts, attempt)[-MAX_STORED_ATTEMPTS:],
        }
    )
    if attempt.succeeded:
        return updated.model_copy(update={"status": "delivered", "next_attempt_at": None})
    at = schedule_next_attempt(updated, now=attempt.at, chance=chance) if again else None
    return updated.model_copy(update={"status": "pending" if at else "failed", "next_attempt_at": at})


def judge_webhook(webhook: Webhook, attempt: Attempt) -> Webhook:
    """Update the webhook after an attempt; `SWITCH_OFF_AFTER` of failures only switches it off."""
    if not webhook.active:
        return webhook
    if attempt.succeeded:
        return webhook.model_copy(update={"failing_since": None})
    since = webhook.failing_since or attempt.at
    if attempt.at - since < SWITCH_OFF_AFTER:
        return webhook.model_copy(update={"failing_since": since})
    return webhook.model_copy(
        update={
            "failing_since": since,
            "active": False,
            "switched_off_because": SWITCHED_OFF,
            "updated_at": attempt.at,
        }
    )


def restart_delivery(delivery: WebhookDelivery, *, now: datetime) -> WebhookDelivery:
    """Start a new round of attempts."""
    return delivery.model_copy(
        update={
            "status": "pending",
            "round_tries": 0,
            "round_started_at": now,
            "next_attempt_at": now,
        }
    )


def _is_key(text: str) -> bool:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return _MIN_KEY_BYTES <= len(key) <= _MAX_KEY_BYTES
