"""Collections and queries of webhooks and their deliveries."""

from functions.courses.webhooks.errors import DeliveryNotFound, WebhookNotFound
from functions.courses.webhooks.models import Webhook, WebhookDelivery
from functions.courses.webhooks.rules import MAX_WEBHOOKS
from shared.store import Collection, Query, Store, Transaction

WEBHOOKS = Collection("users/{user}/webhooks", Webhook)
DELIVERIES = Collection("users/{user}/webhooks/{webhook}/deliveries", WebhookDelivery)


async def get_webhook(reader: Store | Transaction, *, user_id: str, webhook_id: str) -> Webhook:
    """Load a webhook. Raises WebhookNotFound."""
    webhook = await reader.get(WEBHOOKS.doc(webhook_id, user=user_id))
    if webhook is None:
        raise WebhookNotFound
    return webhook


async def get_delivery(
    reader: Store | Transaction, *, user_id: str, webhook_id: str, delivery_id: str
) -> WebhookDelivery:
    """Load a delivery. Raises DeliveryNotFound."""
    delivery = await reader.get(DELIVERIES.doc(delivery_id, user=user_id, webhook=webhook_id))
    if delivery is None:
        raise DeliveryNotFound
    return delivery


def query_webhooks(user_id: str) -> Query[Webhook]:
    """Select all webhooks of a user; their number is bounded."""
    return WEBHOOKS.query(user=user_id).limit(MAX_WEBHOOKS)


def query_deliveries(*, user_id: str, webhook_id: str) -> Query[WebhookDelivery]:
    """Select the deliveries of a webhook, newest first."""
    query = DELIVERIES.query(user=user_id, webhook=webhook_id)
    return query.order_by("created_at", descending=True)
