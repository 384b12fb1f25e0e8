"""Mail that leaves once, however often its task is delivered."""

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

_REMEMBERED = timedelta(days=30)  # longer than any task is delivered again


class MailClaim(Document):
    """One message by the hash of its key; nothing in it tells who it was for."""

    state: Literal["sending", "sent", "given_up"] = "sending"
    expires_at: datetime


MAILS = Collection("mails", MailClaim)


async def send_once(services: "Services", mail: Mail) -> None:
    """Send the message of this key unless that was done. Raises ServiceUnavailable when it was surely not
    taken: the task that sends it is then delivered again. What was refused for good is given up."""
    ref = MAILS.doc(hashlib.sha256(mail.key.encode()).hexdigest())
    if not await _claim(services, ref):
        return
    try:
        await services.mailer.send(mail)
    except (ServiceUnavailable, ValueError):
        await services.store.delete(ref)
        raise
    except (MailRefused, MailUncertain) as error:
        log.warning("mail %s was given up: %s", ref.id, error.text)
        await services.store.merge(ref, {"state": "given_up"})
        return
    await services.store.merge(ref, {"state": "sent"})


async def _claim(services: "Services", ref: Ref[MailClaim]) -> bool:
    """Whether this attempt may send. An attempt that broke off in between is repeated only where the
    mailer makes one message of two."""
    claim = MailClaim(id=ref.id, expires_at=services.clock.now() + _REMEMBERED)
    try:
        await services.store.create(ref, claim)
    except AlreadyExists:
        earlier = await services.store.get(ref)
        return earlier is not None and earlier.state == "sending" and services.mailer.repeatable
    return True
