"""Use cases of webhooks."""

from collections.abc import Mapping, Sequence
from typing import Any

from functions.courses.webhooks.delivery import enqueue_attempt
from functions.courses.webhooks.errors import TooManyWebhooks, WebhookSwitchedOff
from functions.courses.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from functions.courses.webhooks.rules import (
    MAX_WEBHOOKS,
    RETENTION_PERIOD,
    build_payload,
    encode_secret,
    normalise_secret,
    restart_delivery,
)
from functions.courses.webhooks.store import (
    DELIVERIES,
    WEBHOOKS,
    get_delivery,
    get_webhook,
    query_webhooks,
)
from functions.courses.webhooks.tasks import PurgeWebhook
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, count_webhook_send

TEST_EVENT = "webhook.test"


async def register_webhook(
    services: Services, *, user_id: str, url: str, events: Sequence[WebhookEvent], secret: str | None
) -> Webhook:
    """Register a webhook. Raises AddressRefused, TooManyWebhooks."""
    services.outside.check(url)
    now = services.clock.now()
    webhook = Webhook(
        id=services.ids.new(),
        url=url,
        events=tuple(dict.fromkeys(events)),
        secret=encode_secret(services.ids.token().encode()) if secret is None else normalise_secret(secret),
        created_at=now,
        updated_at=now,
    )

    async def work(tx: Transaction) -> None:
        if len(await tx.find(query_webhooks(user_id))) >= MAX_WEBHOOKS:
            raise TooManyWebhooks
        tx.create(WEBHOOKS.doc(webhook.id, user=user_id), webhook)

    await services.store.transact(work)
    return webhook


async def list_webhooks(services: Services, *, user_id: str) -> list[Webhook]:
    """List the user's webhooks, newest first."""
    webhooks = await services.store.find(query_webhooks(user_id))
    return sorted(webhooks, key=lambda webhook: (webhook.created_at, webhook.id), reverse=True)


async def change_webhook(
    services: Services, *, user_id: str, webhook_id: str, fields: Mapping[str, Any]
) -> Webhook:
    """Change a webhook. Setting `active` resets its failures. Raises WebhookNotFound, AddressRefused."""
    changes = {**fields, "updated_at": services.clock.now()}
    if "url" in changes:
        services.outside.check(changes["url"])
    if "events" in changes:
        changes["events"] = tuple(dict.fromkeys(changes["events"]))
    if "secret" in changes:
        changes["secret"] = normalise_secret(changes["secret"])
    if changes.get("active"):
        changes |= {"failing_since": None, "switched_off_because": None}

    async def work(tx: Transaction) -> Webhook:
        webhook = await get_webhook(tx, user_id=user_id, webhook_id=webhook_id)
        webhook = webhook.model_copy(update=changes)
        tx.put(WEBHOOKS.doc(webhook_id, user=user_id), webhook)
        return webhook

    return await services.store.transact(work)


async def delete_webhook(services: Services, *, user_id: str, webhook_id: str) -> None:
    """Delete a webhook; a task purges its deliveries. Raises WebhookNotFound."""

    async def work(tx: Transaction) -> None:
        await get_webhook(tx, user_id=user_id, webhook_id=webhook_id)
        tx.delete(WEBHOOKS.doc(webhook_id, user=user_id))
        tx.enqueue(PurgeWebhook(user=user_id, webhook=webhook_id))

    await services.store.transact(work)


async def send_test(services: Services, *, user_id: str, webhook_id: str) -> WebhookDelivery:
    """Send a test event. Raises WebhookNotFound, WebhookSwitchedOff, RateLimited."""
    now = services.clock.now()
    delivery = WebhookDelivery(
        id=services.ids.new(),
        webhook=webhook_id,
        event_type=TEST_EVENT,
        payload=build_payload(TEST_EVENT, now, {"webhook_id": webhook_id}),
        round_started_at=now,
        next_attempt_at=now,
        created_at=now,
        expires_at=now + RETENTION_PERIOD,
    )

    async def work(tx: Transaction) -> None:
        webhook = await get_webhook(tx, user_id=user_id, webhook_id=webhook_id)
        if not webhook.active:
            raise WebhookSwitchedOff
        await count_webhook_send(tx, UsageOf(user_id, now), services.settings)
        tx.create(DELIVERIES.doc(delivery.id, user=user_id, webhook=webhook_id), delivery)
        enqueue_attempt(tx, delivery, user_id=user_id)

    await services.store.transact(work)
    return delivery


async def redeliver(
    services: Services, *, user_id: str, webhook_id: str, delivery_id: str
) -> WebhookDelivery:
    """Start another round of attempts.

    Raises WebhookNotFound, DeliveryNotFound, WebhookSwitchedOff, RateLimited.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> WebhookDelivery:
        webhook = await get_webhook(tx, user_id=user_id, webhook_id=webhook_id)
        delivery = await get_delivery(tx, user_id=user_id, webhook_id=webhook_id, delivery_id=delivery_id)
        if not webhook.active:
            raise WebhookSwitchedOff
        await count_webhook_send(tx, UsageOf(user_id, now), services.settings)
        delivery = restart_delivery(delivery, now=now)
        tx.put(DELIVERIES.doc(delivery_id, user=user_id, webhook=webhook_id), delivery)
        enqueue_attempt(tx, delivery, user_id=user_id)
        return delivery

    return await services.store.transact(work)
