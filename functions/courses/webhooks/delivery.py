"""Delivery of events to webhooks: each failed attempt schedules the next."""

import json
import time
from datetime import datetime
from typing import Any

from functions.courses.webhooks.models import Attempt, Webhook, WebhookDelivery
from functions.courses.webhooks.rules import (
    BUSY_STATUSES,
    RETENTION_PERIOD,
    build_payload,
    find_pause_end,
    judge_webhook,
    list_signing_secrets,
    read_retry_after,
    record_attempt,
)
from functions.courses.webhooks.store import DELIVERIES, WEBHOOKS, query_webhooks
from functions.courses.webhooks.tasks import DeliverWebhook, MailSwitchOff
from shared.clock import derive_id
from shared.consumers import Delivery
from shared.messages import Postponed
from shared.net import AddressRefused, FetchFailed, Posted, post
from shared.services import Services
from shared.store import Ref, Transaction

_TIMEOUT_SECONDS = 15.0
_SWITCHED_OFF = "The webhook is switched off"


def enqueue_attempt(tx: Transaction, delivery: WebhookDelivery, *, user_id: str) -> None:
    """Enqueue the next attempt for its time."""
    tx.enqueue(_build_task(delivery, user_id), at=delivery.next_attempt_at)


async def create_deliveries(
    services: Services, delivery: Delivery, *, user_id: str, event_type: str, data: dict[str, Any]
) -> None:
    """Create a delivery of an event to each active webhook that subscribes to it."""

    async def work(tx: Transaction) -> None:
        webhooks = await tx.find(query_webhooks(user_id))
        subscribers = [each for each in webhooks if each.active and event_type in each.events]
        if not subscribers or not await delivery.claim(tx):
            return
        payload = build_payload(event_type, delivery.time, data)
        now = services.clock.now()
        for webhook in subscribers:
            start = find_pause_end(webhook, now)
            outgoing = WebhookDelivery(
                id=derive_id(webhook.id, delivery.event_id),
                webhook=webhook.id,
                event_type=event_type,
                payload=payload,
                round_started_at=start,
                next_attempt_at=start,
                created_at=now,
                expires_at=now + RETENTION_PERIOD,
            )
            tx.create(DELIVERIES.doc(outgoing.id, user=user_id, webhook=webhook.id), outgoing)
            enqueue_attempt(tx, outgoing, user_id=user_id)

    await services.store.transact(work)


async def attempt_delivery(services: Services, task: DeliverWebhook) -> None:
    """Make one attempt at a delivery and record it, unless the task is out of date.

    Raises Postponed while the receiver has asked for a pause, and where too many calls for the user, or to
    the webhook's host, are running.
    """
    webhook_ref = WEBHOOKS.doc(task.webhook, user=task.user)
    delivery_ref = DELIVERIES.doc(task.delivery, user=task.user, webhook=task.webhook)
    now = services.clock.now()
    webhook = await services.store.get(webhook_ref)
    delivery = await services.store.get(delivery_ref)
    if webhook is None or delivery is None or not _is_due(delivery, task):
        return
    if webhook.active and (start := find_pause_end(webhook, now)) > now:
        await _hold_delivery(services, delivery_ref, start)
        raise Postponed(start)
    with services.outside_calls.take_turn(user_id=task.user, url=webhook.url):
        attempt, pause_end = await _make_attempt(services, webhook, delivery)
    chance = services.rng.random()

    async def work(tx: Transaction) -> None:
        before, hook = await tx.get(delivery_ref), await tx.get(webhook_ref)
        if hook is None or before is None or not _is_due(before, task):
            return
        # An address that was changed meanwhile is not judged by the old one's answer.
        judged = judge_webhook(hook, attempt, pause_end=pause_end) if hook.url == webhook.url else hook
        after = record_attempt(before, attempt, chance=chance, again=judged.active, pause_end=pause_end)
        tx.put(delivery_ref, after)
        if judged != hook:
            tx.put(webhook_ref, judged)
        if hook.active and not judged.active:
            tx.enqueue(MailSwitchOff(user=task.user, webhook=hook.id, at=attempt.at.isoformat()))
        if after.next_attempt_at is not None:
            enqueue_attempt(tx, after, user_id=task.user)

    await services.store.transact(work)


async def _hold_delivery(services: Services, ref: Ref[WebhookDelivery], until: datetime) -> None:
    async def work(tx: Transaction) -> None:
        if (delivery := await tx.get(ref)) is not None:
            tx.put(ref, delivery.model_copy(update={"next_attempt_at": until}))

    await services.store.transact(work)


def _build_task(delivery: WebhookDelivery, user_id: str) -> DeliverWebhook:
    return DeliverWebhook(
        user=user_id,
        webhook=delivery.webhook,
        delivery=delivery.id,
        round_started_at=delivery.round_started_at.isoformat(),
        tries=delivery.tries,
    )


def _is_due(delivery: WebhookDelivery, task: DeliverWebhook) -> bool:
    """Tell whether the task is the attempt that the delivery waits for, not a repeated or outdated one."""
    return delivery.status == "pending" and _build_task(delivery, task.user) == task


async def _make_attempt(
    services: Services, webhook: Webhook, delivery: WebhookDelivery
) -> tuple[Attempt, datetime | None]:
    """Return the attempt, and the end of the pause that the receiver asked for."""
    started, at = time.perf_counter(), services.clock.now()
    status: int | None = None
    error: str | None = None
    pause_end: datetime | None = None
    try:
        if webhook.active:
            posted = await _send(services, webhook, delivery)
            status = posted.status
            pause_end = read_retry_after(posted.retry_after, at) if status in BUSY_STATUSES else None
        else:
            error = _SWITCHED_OFF
    except AddressRefused as refused:
        error = refused.reason
    except FetchFailed as failed:
        error = failed.text
    milliseconds = round((time.perf_counter() - started) * 1000)
    return Attempt(at=at, status=status, milliseconds=milliseconds, error=error), pause_end


async def _send(services: Services, webhook: Webhook, delivery: WebhookDelivery) -> Posted:
    """Send the delivery under its own id, so that receivers recognise a repetition.

    Raises AddressRefused, FetchFailed.
    """
    from standardwebhooks.webhooks import Webhook as Signer

    content = json.dumps(delivery.payload, separators=(",", ":"), ensure_ascii=False)
    now = services.clock.now()
    secrets = list_signing_secrets(webhook, now)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Signer(each).sign(delivery.id, now, content) for each in secrets),
    }
    return await post(
        webhook.url,
        transport=services.outside,
        content=content.encode(),
        headers=headers,
        timeout=_TIMEOUT_SECONDS,
    )
