"""Tickets for streams: a browser's `EventSource` cannot send a header, so the address bears a ticket.

A ticket opens one address once, within a minute: an address ends up in logs and histories.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from shared.identity.tokens import AccessClaims, read_claims_of
from shared.store import Collection, Document

LIFETIME = timedelta(seconds=60)
_KIND = "ticket"


@dataclass(frozen=True)
class Ticket:
    """A ticket for `path`, which has its last slash, in the name of a session."""

    id: str
    claims: AccessClaims
    path: str


class UsedTicket(Document):
    """A ticket that was used; its id is the ticket's. Kept until the ticket has expired."""

    expires_at: datetime


USED_TICKETS = Collection("users/{user}/used_tickets", UsedTicket)


def issue_ticket(ticket: Ticket, *, secret: str, now: datetime) -> str:
    """Sign a ticket that is valid from `now` on for a minute."""
    content = {"jti": ticket.id, "path": ticket.path}
    return jwt.encode(
        {**content, **ticket.claims.to_token(kind=_KIND, now=now, lifetime=LIFETIME)},
        secret,
        algorithm="HS256",
    )


def read_ticket(token: str, *, path: str, secret: str, now: datetime) -> Ticket | None:
    """Return a genuine ticket for this path that has not expired, else None; it may have been used."""
    found = read_claims_of(token, kind=_KIND, secret=secret, now=now)
    if found is None or found.is_expired:
        return None
    ticket_id, bound = found.content.get("jti"), found.content.get("path")
    if not isinstance(ticket_id, str) or bound != path:
        return None
    return Ticket(ticket_id, found.claims, path)
