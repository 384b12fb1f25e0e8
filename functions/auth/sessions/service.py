"""Use cases of sessions: sign in, refresh, sign out."""

from datetime import timedelta

from functions.auth.sessions.errors import (
    AccountSuspended,
    NotYourToken,
    SessionNotFound,
    WrongLogin,
)
from functions.auth.sessions.guard import check_password, record_failure
from functions.auth.sessions.rules import is_usable
from functions.auth.sessions.schemas import SignedIn, Tokens, signed_in_view
from functions.auth.sessions.store import end_sessions, find_sessions, session_ref
from functions.auth.sessions.tokens import issue_tokens, open_session
from functions.auth.users.models import User
from functions.auth.users.store import find_user, find_user_by_name, user_ref
from shared.errors import SessionEnded, Unauthenticated
from shared.identity import Principal, Session
from shared.identity.refresh import RefreshClaims, judge, read_refresh
from shared.services import Services
from shared.store import Transaction


async def log_in(services: Services, *, name: str, password: str, user_agent: str, network: str) -> SignedIn:
    """Sign in. Raises WrongLogin, AccountLocked, AccountSuspended, RateLimited."""
    user = await find_user_by_name(services.store, name)
    result = await check_password(services, user=user, name=name, password=password, network=network)
    if user is None or not result.is_right or user.status == "erasing":
        raise WrongLogin
    if user.status == "suspended":
        await record_failure(services, user, "login", reason="suspended")
        raise AccountSuspended

    async def work(tx: Transaction) -> Session:
        current = await _get_unchanged_user(tx, user)
        if result.new_hash:
            tx.merge(user_ref(user.id), {"password_hash": result.new_hash})
        await services.audit.record(tx, "login", actor=user.id)
        return await open_session(tx, services, current, user_agent=user_agent)

    session = await services.store.transact(work)
    return signed_in_view(user, issue_tokens(services, session))


async def _get_unchanged_user(tx: Transaction, user: User) -> User:
    """Load the user whose password was checked. Raises WrongLogin if it has changed since."""
    current = await find_user(tx, user.id)
    if current is None or current.password_version != user.password_version:
        raise WrongLogin
    return current


async def refresh(services: Services, *, token: str) -> Tokens:
    """Exchange a refresh token for the next pair.

    Raises Unauthenticated for a token that is not ours, SessionEnded also if this call ends the session.
    """
    claims = _read_claims(services, token)
    if claims is None:
        raise Unauthenticated("This refresh token is not valid; sign in again")

    async def work(tx: Transaction) -> Session | None:
        return await _rotate_session(tx, services, claims)

    session = await services.store.transact(work)
    if session is None:
        raise SessionEnded
    return issue_tokens(services, session)


async def _rotate_session(tx: Transaction, services: Services, claims: RefreshClaims) -> Session | None:
    ref, now = session_ref(claims.user_id, claims.session_id), services.clock.now()
    session = await tx.get(ref)
    if session is None or not is_usable(session, now):
        return None
    verdict = judge(
        presented=claims.generation, current=session.generation, rotated_at=session.rotated_at, now=now
    )
    if verdict == "reused":
        tx.delete(ref)
        await services.audit.record(
            tx,
            "session_end",
            actor=claims.user_id,
            resource="sessions",
            resource_id=claims.session_id,
            success=False,
            details={"reason": "refresh_token_reused"},
        )
        return None
    if verdict == "repeat":
        return session
    changes = {
        "generation": session.generation + 1,
        "rotated_at": now,
        "last_used_at": now,
        "expires_at": now + timedelta(days=services.settings.refresh_token_days),
    }
    tx.merge(ref, changes)
    return session.model_copy(update=changes)


async def log_out(services: Services, *, caller: Principal, token: str | None, everywhere: bool) -> None:
    """End the session of `token`, the caller's own, or all. Raises NotYourToken."""
    claims = _read_claims(services, token) if token else None
    if token and (claims is None or claims.user_id != caller.user_id):
        raise NotYourToken

    async def work(tx: Transaction) -> None:
        session_id = None
        if everywhere:
            await end_sessions(tx, caller.user_id)
        else:
            session_id = claims.session_id if claims else caller.session_id
            tx.delete(session_ref(caller.user_id, session_id))
        await services.audit.record(
            tx,
            "logout",
            actor=caller.user_id,
            resource="sessions",
            resource_id=session_id,
            details={"everywhere": everywhere},
        )

    await services.store.transact(work)


async def list_sessions(services: Services, *, user_id: str) -> list[Session]:
    """List the open sessions, last used first."""
    now = services.clock.now()
    unexpired = [
        session for session in await find_sessions(services.store, user_id) if session.expires_at > now
    ]
    return sorted(unexpired, key=lambda session: session.last_used_at, reverse=True)


async def end_session(services: Services, *, user_id: str, session_id: str) -> None:
    """End a session. Raises SessionNotFound."""
    ref = session_ref(user_id, session_id)

    async def work(tx: Transaction) -> None:
        if await tx.get(ref) is None:
            raise SessionNotFound
        tx.delete(ref)
        await services.audit.record(
            tx, "session_end", actor=user_id, resource="sessions", resource_id=session_id
        )

    await services.store.transact(work)


def _read_claims(services: Services, token: str) -> RefreshClaims | None:
    return read_refresh(token, secret=services.settings.jwt_secret.get_secret_value())
