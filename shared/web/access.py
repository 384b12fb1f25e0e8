"""Access to routes: declared by every route, checked before the body is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from shared.errors import NotFound, PermissionDenied, Unauthenticated
from shared.identity import SESSIONS, AccessClaims, Principal, Role, Session, read_access
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import get_meter

_TOUCH_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Access:
    """The callers that a route admits: all users where `roles` is empty, everybody where it is `public`."""

    public: bool = False
    roles: frozenset[Role] = frozenset()
    while_erasing: bool = False

    @property
    def text(self) -> str:
        if self.public:
            return "public"
        return " or ".join(sorted(self.roles)) or "user"


PUBLIC = Access(public=True)
USER = Access()
ADMIN = Access(roles=frozenset({"admin"}))


def read_claims(request: Request, services: Services) -> AccessClaims | None:
    """Return the claims of the bearer token, its signature and expiry checked, its session not."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    secret = services.settings.jwt_secret.get_secret_value()
    return read_access(token.strip(), secret=secret, now=services.clock.now())


async def authorise(services: Services, claims: AccessClaims | None, access: Access) -> Principal | None:
    """Return the caller of a route that is not public. Raises Unauthenticated, PermissionDenied."""
    if access.public:
        return None
    if claims is None:
        raise Unauthenticated
    session = await _load_session(services, claims)
    if not _is_usable(session, services.clock.now(), access) or session is None:
        raise Unauthenticated
    if access.roles and (session.role not in access.roles or session.status == "pending"):
        raise PermissionDenied
    await _touch(services, session)
    return Principal(session.user, session.id, session.role, session.timezone)


async def _load_session(services: Services, claims: AccessClaims) -> Session | None:
    try:
        ref = SESSIONS.doc(claims.session_id, user=claims.user_id)
    except NotFound:
        return None
    return await services.store.get(ref)


def _is_usable(session: Session | None, now: datetime, access: Access) -> bool:
    return (
        session is not None
        and session.status != "suspended"
        and session.expires_at > now
        and (session.scope == "full" or access.while_erasing)
    )


async def _touch(services: Services, session: Session) -> None:
    """Store when the session was used, at most once an hour to save writes."""
    now = services.clock.now()
    if now - session.last_used_at < _TOUCH_AFTER or session.scope != "full":
        return
    spent = get_meter()
    ref = SESSIONS.doc(session.id, user=session.user)

    async def work(tx: Transaction) -> None:
        if await tx.get(ref) is not None:
            tx.merge(ref, {"last_used_at": now})

    reads, writes = spent.reads, spent.writes
    await services.store.transact(work)
    spent.reads, spent.writes = reads, writes  # hourly, not part of the route's declared cost
