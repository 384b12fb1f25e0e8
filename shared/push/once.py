"""Notifications that leave once, however often their task is delivered."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.errors import ServiceUnavailable
from shared.push.protocol import Notification
from shared.store import AlreadyExists, Collection, Document

if TYPE_CHECKING:
    from shared.services import Services

_REMEMBERED = timedelta(days=30)  # longer than any task is delivered again


class PushClaim(Document):
    """One notification by the hash of its key; nothing in it tells who it was for."""

    expires_at: datetime


PUSHES = Collection("pushes", PushClaim)


async def push_once(services: "Services", tokens: Sequence[str], notification: Notification) -> set[str]:
    """Send the notification of this key unless that was done; gives the tokens that are gone for good.
    Raises ServiceUnavailable when no device was reached: the task that sends it is then delivered again."""
    ref = PUSHES.doc(hashlib.sha256(notification.key.encode()).hexdigest())
    try:
        await services.store.create(ref, PushClaim(id=ref.id, expires_at=services.clock.now() + _REMEMBERED))
    except AlreadyExists:
        return set()
    try:
        return await services.push.send(tokens, notification)
    except ServiceUnavailable:
        await services.store.delete(ref)
        raise
