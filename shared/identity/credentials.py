"""The credentials that a request bears."""

from dataclasses import dataclass

from shared.identity.tickets import Ticket
from shared.identity.tokens import AccessClaims


@dataclass(frozen=True)
class Credentials:
    """The credentials of a request; none of its claims are usable where the token has expired."""

    claims: AccessClaims | None = None
    ticket: Ticket | None = None
    is_expired: bool = False
