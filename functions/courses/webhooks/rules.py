"""Secrets, when to try again, when to give up."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

from functions.courses.webhooks.models import Attempt, Webhook, WebhookDelivery

MAX_WEBHOOKS = 20
MAX_STORED_ATTEMPTS = 20
RETENTION_PERIOD = timedelta(days=30)
RETRY_PERIOD = timedelta(days=1)
SWITCH_OFF_AFTER = timedelta(days=5)
SWITCHED_OFF = "No delivery has succeeded for five days"

_PREFIX = "whsec_"
_MIN_KEY_BYTES, _MAX_KEY_BYTES = 24, 64  # bytes, as Standard Webhooks recommend
_PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 10_800, 14_400, 18_000, 21_600)
)


def normalise_secret(given: str) -> str:
    """A `whsec_` secret as it is; any other text as the `whsec_` of its UTF-8 bytes in base64."""
    if given.startswith(_PREFIX) and _is_key(given.removeprefix(_PREFIX)):
        return given
    return encode_secret(given.encode())


def encode_secret(key: bytes) -> str:
    return _PREFIX + base64.b64encode(key).decode("ascii")


def build_payload(event_type: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """What a receiver reads."""
    moment = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"type": event_type, "timestamp": moment, "data": data}


def schedule_next_attempt(delivery: WebhookDelivery, *, now: datetime, chance: float) -> datetime | None:
    """When to try again after another failure; None when a day has been tried. `chance`, from 0 to 1, spreads
    receivers' retries over a fifth of the pause."""
    pause = _PAUSES[min(delivery.round_tries, len(_PAUSES)) - 1]
    at = now + pause * (0.9 + 0.2 * chance)
    return at if at <= delivery.round_started_at + RETRY_PERIOD else None


def record_attempt(
    delivery: WebhookDelivery, attempt: Attempt, *, chance: float, again: bool = True
) -> WebhookDelivery:
    """The delivery after an attempt."""
    counted = delivery.model_copy(
        update={
            "tries": delivery.tries + 1,
            "round_tries": delivery.round_tries + 1,
            "attempts": (*delivery.attempts, attempt)[-MAX_STORED_ATTEMPTS:],
        }
    )
    if attempt.succeeded:
        return counted.model_copy(update={"status": "delivered", "next_attempt_at": None})
    at = schedule_next_attempt(counted, now=attempt.at, chance=chance) if again else None
    return counted.model_copy(update={"status": "pending" if at else "failed", "next_attempt_at": at})


def judge_webhook(webhook: Webhook, attempt: Attempt) -> Webhook:
    """The webhook after an attempt: five days of nothing but failures switch it off."""
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
    """A new round of attempts of the same delivery."""
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
