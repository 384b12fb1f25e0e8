"""Secrets, retries, pauses, and the end of retries."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from functions.courses.webhooks.models import Attempt, OldSecret, Webhook, WebhookDelivery
from shared.retries import RetryPolicy

MAX_WEBHOOKS = 20
MAX_STORED_ATTEMPTS = 20
RETENTION_PERIOD = timedelta(days=30)
RETRY_PERIOD = timedelta(days=1)
SWITCH_OFF_AFTER = timedelta(days=5)
SWITCHED_OFF = "No delivery has succeeded for five days"
GONE_STATUS = 410
GONE = "The receiver answered that its address is gone (410)"
BUSY_STATUSES = frozenset({429, 503})  # whose Retry-After is obeyed
MAX_REQUESTED_PAUSE = timedelta(days=1)
OVERLAP = timedelta(hours=24)  # in which a replaced secret still signs
MAX_OLD_SECRETS = 10

_PREFIX = "whsec_"
_MAX_DIGITS = 9  # of seconds
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


def replace_secret(webhook: Webhook, secret: str, *, now: datetime) -> Webhook:
    """Sign with another secret, beside the one in use and those replaced within `OVERLAP`."""
    if secret == webhook.secret:
        return webhook
    valid = [OldSecret(secret=webhook.secret, valid_until=now + OVERLAP), *webhook.old_secrets]
    others = [old for old in valid if old.secret != secret and old.valid_until > now]
    return webhook.model_copy(update={"secret": secret, "old_secrets": tuple(others[:MAX_OLD_SECRETS])})


def list_signing_secrets(webhook: Webhook, now: datetime) -> list[str]:
    """List the secrets that sign a delivery, the newest first."""
    return [webhook.secret, *(old.secret for old in webhook.old_secrets if old.valid_until > now)]


def read_retry_after(text: str, now: datetime) -> datetime | None:
    """Read a Retry-After header, in seconds or as a date (RFC 9110), at most `MAX_REQUESTED_PAUSE` ahead.

    None for an unreadable one, or an instant that has passed.
    """
    text, latest = text.strip(), now + MAX_REQUESTED_PAUSE
    if text.isascii() and text.isdigit():
        return min(now + timedelta(seconds=int(text)), latest) if len(text) <= _MAX_DIGITS else latest
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(at, latest) if at > now else None


def schedule_next_attempt(
    delivery: WebhookDelivery, *, now: datetime, chance: float, not_before: datetime | None = None
) -> datetime | None:
    """Return the time of the next attempt after a failure; None once `RETRY_PERIOD` has passed.

    `chance`, from 0 to 1, spreads the retries of receivers that failed together. A receiver that asked for
    a pause is called after it, even if the period ends meanwhile.
    """
    at, end = (
        now + _RETRIES.pause_after(delivery.round_tries, chance=chance),
        delivery.round_started_at + RETRY_PERIOD,
    )
    if not_before is not None and now < end:
        return max(at, not_before)
    return at if at <= end else None


def record_attempt(
    delivery: WebhookDelivery,
    attempt: Attempt,
    *,
    chance: float,
    again: bool = True,
    pause_end: datetime | None = None,
) -> WebhookDelivery:
    """Record an attempt; `again` allows a next one, not before `pause_end`."""
    updated = delivery.model_copy(
        update={
            "tries": delivery.tries + 1,
            "round_tries": delivery.round_tries + 1,
            "attempts": (*delivery.attempts, attempt)[-MAX_STORED_ATTEMPTS:],
        }
    )
    if attempt.succeeded:
        return updated.model_copy(update={"status": "delivered", "next_attempt_at": None})
    at = (
        schedule_next_attempt(updated, now=attempt.at, chance=chance, not_before=pause_end) if again else None
    )
    return updated.model_copy(update={"status": "pending" if at else "failed", "next_attempt_at": at})


def judge_webhook(webhook: Webhook, attempt: Attempt, *, pause_end: datetime | None = None) -> Webhook:
    """Update the webhook after an attempt, whose answer may have asked for a pause.

    It is switched off by `SWITCH_OFF_AFTER` of failures only, or by a receiver that is gone.
    """
    if not webhook.active:
        return webhook
    if attempt.succeeded:
        return webhook.model_copy(update={"failing_since": None, "paused_until": None})
    since = webhook.failing_since or attempt.at
    pauses = [at for at in (webhook.paused_until, pause_end) if at is not None]
    failing = webhook.model_copy(update={"failing_since": since, "paused_until": max(pauses, default=None)})
    if attempt.status == GONE_STATUS:
        return _switch_off(failing, GONE, attempt.at)
    return (
        _switch_off(failing, SWITCHED_OFF, attempt.at) if attempt.at - since >= SWITCH_OFF_AFTER else failing
    )


def find_pause_end(webhook: Webhook, now: datetime) -> datetime:
    """Return the instant from which the receiver may be called."""
    return max(now, webhook.paused_until or now)


def _switch_off(webhook: Webhook, reason: str, at: datetime) -> Webhook:
    return webhook.model_copy(update={"active": False, "switched_off_because": reason, "updated_at": at})


def restart_delivery(delivery: WebhookDelivery, *, at: datetime) -> WebhookDelivery:
    """Start a new round of attempts at an instant."""
    return delivery.model_copy(
        update={
            "status": "pending",
            "round_tries": 0,
            "round_started_at": at,
            "next_attempt_at": at,
        }
    )


def _is_key(text: str) -> bool:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return _MIN_KEY_BYTES <= len(key) <= _MAX_KEY_BYTES
