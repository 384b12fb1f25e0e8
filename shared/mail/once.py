"""Sending a mail once, however often its task is delivered."""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from shared.errors import ServiceUnavailable
from shared.mail.protocol import Mail, MailRefused, MailUncertain
from shared.store import AlreadyExists, Collection, Document, Ref

if TYPE_CHECKING:
    from shared.services import Services

log = logging.getLogger(__name__)

_RETENTION_PERIOD = timedelta(days=30)  # longer than any task is retried


class MailClaim(Document):
    """A message by the hash of its key, without any data of its recipient."""

    state: Literal["sending", "sent", "given_up"] = "sending"
    expires_at: datetime


MAILS = Collection("mails", MailClaim)


async def send_once(services: "Services", mail: Mail) -> None:
    """Send the message unless one of this key was sent; give up on one that is refused for good.

    Raises ServiceUnavailable where it was certainly not sent, so that the queue retries the task.
    """
    ref = MAILS.doc(hashlib.sha256(mail.key.encode()).hexdigest())
    if not await _claim(services, ref):
        return
    try:
        await services.mailer.send(mail)
    except (ServiceUnavailable, ValueError):
        await services.store.delete(ref)
        raise
    except (MailRefused, MailUncertain) as error:
        log.warning("gave up on mail %s: %s", ref.id, error.text)
        await services.store.merge(ref, {"state": "given_up"})
        return
    await services.store.merge(ref, {"state": "sent"})


async def _claim(services: "Services", ref: Ref[MailClaim]) -> bool:
    """Claim the sending of a message; False where an earlier attempt has claimed it.

    An attempt that was interrupted is repeated only where the mailer sends no duplicate.
    """
    claim = MailClaim(id=ref.id, expires_at=services.clock.now() + _RETENTION_PERIOD)
    try:
        await services.store.create(ref, claim)
    except AlreadyExists:
        existing = await services.store.get(ref)
        return existing is not None and existing.state == "sending" and services.mailer.repeatable
    return True
