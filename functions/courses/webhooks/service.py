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
    find_pause_end,
    normalise_secret,
    replace_secret,
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
        secret=_choose_secret(services, secret),
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
    """Change a webhook. Setting `active`, or another address, resets its failures and its pause.

    Raises WebhookNotFound, AddressRefused.
    """
    now = services.clock.now()
    changes = {**fields, "updated_at": now}
    secret = normalise_secret(changes.pop("secret")) if "secret" in changes else None
    if "url" in changes:
        services.outside.check(changes["url"])
    if "events" in changes:
        changes["events"] = tuple(dict.fromkeys(changes["events"]))

    async def work(tx: Transaction) -> Webhook:
        webhook = await get_webhook(tx, user_id=user_id, webhook_id=webhook_id)
        webhook = replace_secret(webhook, secret, now=now) if secret else webhook
        fresh: dict[str, Any] = {"switched_off_because": None} if changes.get("active") else {}
        if changes.get("active") or changes.get("url", webhook.url) != webhook.url:
            fresh |= {"failing_since": None, "paused_until": None}
        webhook = webhook.model_copy(update={**changes, **fresh})
        tx.put(WEBHOOKS.doc(webhook_id, user=user_id), webhook)
        return webhook

    return await services.store.transact(work)


async def rotate_secret(services: Services, *, user_id: str, webhook_id: str, secret: str | None) -> Webhook:
    """Sign with another secret, a generated one if None; the old one signs beside it for a day.

    Raises WebhookNotFound.
    """
    fields = {"secret": _choose_secret(services, secret)}
    return await change_webhook(services, user_id=user_id, webhook_id=webhook_id, fields=fields)


def _choose_secret(services: Services, secret: str | None) -> str:
    return encode_secret(services.ids.token().encode()) if secret is None else normalise_secret(secret)


async def delete_webhook(services: Services, *, user_id: str, webhook_id: str) -> None:
    """Delete a webhook; a task purges its deliveries. Raises WebhookNotFound."""

    async def work(tx: Transaction) -> None:
        await get_webhook(tx, user_id=user_id, webhook_id=webhook_id)
        tx.delete(WEBHOOKS.doc(webhook_id, user=user_id))
        tx.enqueue(PurgeWebhook(user=user_id, webhook=webhook_id))

    await services.store.transact(work)


async def send_test(services: Services, *, user_id: str, webhook_id: str) -> WebhookDelivery:
    """Send a test event, after a pause that the receiver asked for.

    Raises WebhookNotFound, WebhookSwitchedOff, RateLimited.
    """
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

    async def work(tx: Transaction) -> WebhookDelivery:
        webhook = await get_webhook(tx, user_id=user_id, webhook_id=webhook_id)
        if not webhook.active:
            raise WebhookSwitchedOff
        await count_webhook_send(tx, UsageOf(user_id, now), services.settings)
        created = restart_delivery(delivery, at=find_pause_end(webhook, now))
        tx.create(DELIVERIES.doc(delivery.id, user=user_id, webhook=webhook_id), created)
        enqueue_attempt(tx, created, user_id=user_id)
        return created

    return await services.store.transact(work)


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
        delivery = restart_delivery(delivery, at=find_pause_end(webhook, now))
        tx.put(DELIVERIES.doc(delivery_id, user=user_id, webhook=webhook_id), delivery)
        enqueue_attempt(tx, delivery, user_id=user_id)
        return delivery

    return await services.store.transact(work)
