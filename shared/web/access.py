"""Access to routes: declared by every route, checked before the body is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from shared.errors import NotFound, PermissionDenied, SessionEnded, TokenExpired, Unauthenticated
from shared.identity import SESSIONS, AccessClaims, Principal, Role, Session, read_access
from shared.identity.credentials import Credentials
from shared.identity.tickets import LIFETIME as TICKET_LIFETIME
from shared.identity.tickets import USED_TICKETS, Ticket, UsedTicket, read_ticket
from shared.services import Services
from shared.store import AlreadyExists, Transaction
from shared.store.meter import get_meter

TICKET_PARAMETER = "ticket"

_TOUCH_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Access:
    """The callers that a route admits: all users where `roles` is empty, everybody where it is `public`.

    Children are users only where `children` says so, or `roles` names them.
    """

    public: bool = False
    roles: frozenset[Role] = frozenset()
    children: bool = False
    while_erasing: bool = False
    is_free: bool = False  # counted apart from other requests, generously

    @property
    def text(self) -> str:
        if self.public:
            return "public"
        return " or ".join(sorted(self.roles)) or ("user or child" if self.children else "user")

    def admits(self, session: Session) -> bool:
        """Tell whether the session's role may use the route."""
        if self.roles:
            return session.role in self.roles and session.status != "pending"
        return session.role != "child" or self.children or session.scope == "erasure"


PUBLIC = Access(public=True)
FREE = Access(public=True, is_free=True)
USER = Access()
USER_OR_CHILD = Access(children=True)
ADMIN = Access(roles=frozenset({"admin"}))


def read_credentials(request: Request, services: Services) -> Credentials:
    """Read the bearer token or, of a stream without one, the ticket. Verifies signature and expiry."""
    secret, now = services.settings.jwt_secret.get_secret_value(), services.clock.now()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        found = read_access(token.strip(), secret=secret, now=now)
        if found is None or found.is_expired:
            return Credentials(is_expired=found is not None)
        return Credentials(found.claims)
    text = request.query_params.get(TICKET_PARAMETER)
    if text is None or request.method not in ("GET", "HEAD"):
        return Credentials()
    ticket = read_ticket(text, path=request.url.path, secret=secret, now=now)
    return Credentials(ticket.claims, ticket) if ticket else Credentials()


async def authorise(services: Services, credentials: Credentials, access: Access) -> Principal | None:
    """Return the caller of a route that is not public.

    Raises Unauthenticated, TokenExpired, SessionEnded, PermissionDenied.
    """
    if access.public:
        return None
    if credentials.is_expired:
        raise TokenExpired
    if credentials.claims is None:
        raise Unauthenticated
    session = await _load_session(services, credentials.claims)
    if session is None or not _is_usable(session, services.clock.now(), access):
        raise SessionEnded
    if credentials.ticket is not None and session.scope != "full":
        raise Unauthenticated  # nothing new is stored of an account that is being erased
    if not access.admits(session):
        raise PermissionDenied
    await _note_use(services, session, credentials.ticket)
    return Principal(session.user, session.id, session.role, session.timezone, session.language)


async def _load_session(services: Services, claims: AccessClaims) -> Session | None:
    """Load the session. Raises Unauthenticated for claims that no token of ours makes."""
    try:
        ref = SESSIONS.doc(claims.session_id, user=claims.user_id)
    except NotFound:
        raise Unauthenticated from None
    return await services.store.get(ref)


def _is_usable(session: Session, now: datetime, access: Access) -> bool:
    return (
        session.status != "suspended"
        and session.expires_at > now
        and (session.scope == "full" or access.while_erasing)
    )


async def _note_use(services: Services, session: Session, ticket: Ticket | None) -> None:
    """Spend the ticket, and store when the session was used. Neither is in the route's declared cost.

    Raises Unauthenticated for a ticket that was used before.
    """
    spent = get_meter()
    reads, writes = spent.reads, spent.writes
    if ticket is not None:
        await _spend(services, ticket)
    await _touch(services, session)
    spent.reads, spent.writes = reads, writes


async def _spend(services: Services, ticket: Ticket) -> None:
    used = UsedTicket(id=ticket.id, expires_at=services.clock.now() + TICKET_LIFETIME)
    try:
        await services.store.create(USED_TICKETS.doc(ticket.id, user=ticket.claims.user_id), used)
    except AlreadyExists:
        raise Unauthenticated("This ticket was used; ask for a new one") from None


async def _touch(services: Services, session: Session) -> None:
    """Store when the session was used, at most once an hour to save writes."""
    now = services.clock.now()
    if now - session.last_used_at < _TOUCH_AFTER or session.scope != "full":
        return
    ref = SESSIONS.doc(session.id, user=session.user)

    async def work(tx: Transaction) -> None:
        if await tx.get(ref) is not None:
            tx.merge(ref, {"last_used_at": now})

    await services.store.transact(work)
