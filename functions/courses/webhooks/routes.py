"""Routes of webhooks."""

from functions.courses.webhooks import service, store
from functions.courses.webhooks.errors import (
    DeliveryNotFound,
    TooManyWebhooks,
    WebhookNotFound,
    WebhookSwitchedOff,
)
from functions.courses.webhooks.schemas import (
    DeliveryView,
    NewWebhook,
    SecretBody,
    WebhookBody,
    WebhookPatch,
    WebhookView,
    delivery_view,
    new_webhook_view,
    webhook_view,
)
from shared.store import Cost
from shared.store.meter import note_items
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage, build_whole_page, get_page
from shared.web.router import Router

router = Router(tag="webhooks")

_LIST = "/api/v1/webhooks/"
_ONE = "/api/v1/webhooks/{webhook_id}/"
_DELIVERIES = f"{_ONE}deliveries/"


@router.serve(
    "POST",
    f"{_LIST}register/",
    aliases=[_LIST],
    access=USER,
    cost=Cost(reads=21, writes=1),
    status=201,
    location=f"{_LIST}{{id}}/",
    errors=[TooManyWebhooks],
)
async def register_webhook(services: Provided, caller: Caller, body: WebhookBody) -> NewWebhook:
    """Register a webhook: events are sent to its address, signed as Standard Webhooks require.

    Failed deliveries are retried for a day with growing pauses, those answered 429 or 503 not before their
    `Retry-After`. Five days of failures only, or an answer of 410, switch the
    webhook off; its owner gets a mail.
    """
    webhook = await service.register_webhook(
        services, user_id=caller.user_id, url=body.url, events=body.events, secret=body.secret
    )
    return new_webhook_view(webhook, show_secret=body.secret is None)


@router.serve("GET", _LIST, access=USER, cost=Cost(reads=2, reads_per_item=1))
async def list_webhooks(services: Provided, caller: Caller) -> Page[WebhookView]:
    """List all webhooks of the caller, newest first."""
    webhooks = await service.list_webhooks(services, user_id=caller.user_id)
    note_items(len(webhooks))
    return build_whole_page([webhook_view(webhook) for webhook in webhooks])


@router.serve("GET", _ONE, access=USER, cost=Cost(reads=2), errors=[WebhookNotFound])
async def get_webhook(services: Provided, caller: Caller, webhook_id: str) -> WebhookView:
    """Return one webhook."""
    return webhook_view(
        await store.get_webhook(services.store, user_id=caller.user_id, webhook_id=webhook_id)
    )


@router.serve("PATCH", _ONE, access=USER, cost=Cost(reads=2, writes=1), errors=[WebhookNotFound])
async def update_webhook(
    services: Provided,
    caller: Caller,
    webhook_id: str,
    body: WebhookPatch,
) -> WebhookView:
    """Change the fields sent. `active: true` switches the webhook on again, and ends a pause.

    A new `secret` signs at once, the old one beside it for 24 hours.
    """
    webhook = await service.change_webhook(
        services, user_id=caller.user_id, webhook_id=webhook_id, fields=body.model_dump(exclude_unset=True)
    )
    return webhook_view(webhook)


@router.serve(
    "POST", f"{_ONE}rotate_secret/", access=USER, cost=Cost(reads=2, writes=1), errors=[WebhookNotFound]
)
async def rotate_secret(
    services: Provided, caller: Caller, webhook_id: str, body: SecretBody | None = None
) -> NewWebhook:
    """Replace the secret. For 24 hours deliveries bear two signatures, of the new one and of the old one."""
    secret = body.secret if body else None
    webhook = await service.rotate_secret(
        services, user_id=caller.user_id, webhook_id=webhook_id, secret=secret
    )
    return new_webhook_view(webhook, show_secret=secret is None)


@router.serve(
    "DELETE", _ONE, access=USER, cost=Cost(reads=2, writes=1, deletes=2), status=204, errors=[WebhookNotFound]
)
async def delete_webhook(services: Provided, caller: Caller, webhook_id: str) -> None:
    """Delete a webhook and the record of its deliveries."""
    await service.delete_webhook(services, user_id=caller.user_id, webhook_id=webhook_id)


@router.serve(
    "POST",
    f"{_ONE}test/",
    access=USER,
    cost=Cost(reads=3, writes=3, deletes=1),
    status=202,
    location=f"{_DELIVERIES}{{id}}/",
    errors=[WebhookNotFound, WebhookSwitchedOff],
)
async def send_test_event(services: Provided, caller: Caller, webhook_id: str) -> DeliveryView:
    """Send a `webhook.test` event; its delivery shows the result.

    At most 30 test events and redeliveries an hour.
    """
    delivery = await service.send_test(services, user_id=caller.user_id, webhook_id=webhook_id)
    return delivery_view(delivery)


@router.serve("GET", _DELIVERIES, access=USER, cost=Cost(reads=4, reads_per_item=1), errors=[WebhookNotFound])
async def list_deliveries(
    services: Provided,
    caller: Caller,
    webhook_id: str,
    page_request: RequestedPage,
) -> Page[DeliveryView]:
    """List the deliveries of the last thirty days with their attempts, newest first."""
    await store.get_webhook(services.store, user_id=caller.user_id, webhook_id=webhook_id)
    query = store.query_deliveries(user_id=caller.user_id, webhook_id=webhook_id)
    return await get_page(services.store, query, page_request, delivery_view)


@router.serve(
    "GET", f"{_DELIVERIES}{{delivery_id}}/", access=USER, cost=Cost(reads=3), errors=[DeliveryNotFound]
)
async def get_delivery(
    services: Provided,
    caller: Caller,
    webhook_id: str,
    delivery_id: str,
) -> DeliveryView:
    """Return one delivery with its attempts."""
    await store.get_webhook(services.store, user_id=caller.user_id, webhook_id=webhook_id)
    delivery = await store.get_delivery(
        services.store, user_id=caller.user_id, webhook_id=webhook_id, delivery_id=delivery_id
    )
    return delivery_view(delivery)


@router.serve(
    "POST",
    f"{_DELIVERIES}{{delivery_id}}/redeliver/",
    access=USER,
    cost=Cost(reads=4, writes=3, deletes=1),
    status=202,
    location=f"{_DELIVERIES}{{id}}/",
    errors=[DeliveryNotFound, WebhookSwitchedOff],
)
async def redeliver_delivery(
    services: Provided,
    caller: Caller,
    webhook_id: str,
    delivery_id: str,
) -> DeliveryView:
    """Send a delivery again, with the same `webhook-id`; counted with the test events."""
    delivery = await service.redeliver(
        services, user_id=caller.user_id, webhook_id=webhook_id, delivery_id=delivery_id
    )
    return delivery_view(delivery)
