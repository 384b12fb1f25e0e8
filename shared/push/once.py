"""Sending a notification once, however often its task is delivered."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.errors import ServiceUnavailable
from shared.push.protocol import Notification
from shared.store import AlreadyExists, Collection, Document

if TYPE_CHECKING:
    from shared.services import Services

_RETENTION_PERIOD = timedelta(days=30)  # longer than any task is retried


class PushClaim(Document):
    """A notification by the hash of its key, without any data of its recipient."""

    expires_at: datetime


PUSHES = Collection("pushes", PushClaim)


async def push_once(services: "Services", tokens: Sequence[str], notification: Notification) -> set[str]:
    """Send the notification unless one of this key was sent; return the tokens that are invalid for good.

    Raises ServiceUnavailable where no device was reached, so that the queue retries the task.
    """
    ref = PUSHES.doc(hashlib.sha256(notification.key.encode()).hexdigest())
    try:
        await services.store.create(
            ref, PushClaim(id=ref.id, expires_at=services.clock.now() + _RETENTION_PERIOD)
        )
    except AlreadyExists:
        return set()
    try:
        return await services.push.send(tokens, notification)
    except ServiceUnavailable:
        await services.store.delete(ref)
        raise
