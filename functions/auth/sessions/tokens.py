"""New sessions, and the two tokens of each."""

from datetime import timedelta

from functions.auth.sessions.rules import select_surplus
from functions.auth.sessions.schemas import Tokens
from functions.auth.sessions.store import find_sessions, session_ref
from functions.auth.users.models import User
from shared.identity import AccessClaims, Session, issue_access
from shared.identity.refresh import RefreshClaims, issue_refresh
from shared.services import Services
from shared.store import Transaction

_MAX_AGENT_CHARS = 300


async def open_session(tx: Transaction, services: Services, user: User, *, user_agent: str) -> Session:
    """Open a session. Beyond `MAX_SESSIONS` the one unused for longest ends.

    Costs 1 read for each open session, 1 write.
    """
    session = build_session(services, user, user_agent=user_agent)
    for old in select_surplus(await find_sessions(tx, user.id)):
        tx.delete(session_ref(user.id, old.id))
    tx.create(session_ref(user.id, session.id), session)
    return session


def build_session(services: Services, user: User, *, user_agent: str) -> Session:
    """Build a session without storing it."""
    now = services.clock.now()
    return Session(
        id=services.ids.new(),
        user=user.id,
        role=user.role,
        timezone=user.timezone,
        language=user.language_preference,
        status="pending" if user.status == "pending" else "active",
        user_agent=clean_user_agent(user_agent),
        rotated_at=now,
        created_at=now,
        last_used_at=now,
        expires_at=now + timedelta(days=services.settings.refresh_token_days),
    )


def issue_tokens(services: Services, session: Session) -> Tokens:
    """Issue the refresh token of the session's generation and a new access token."""
    settings = services.settings
    secret = settings.jwt_secret.get_secret_value()
    access = issue_access(
        AccessClaims(session.user, session.id),
        secret=secret,
        now=services.clock.now(),
        lifetime=timedelta(minutes=settings.access_token_minutes),
    )
    claims = RefreshClaims(session.user, session.id, session.generation)
    return Tokens(access=access, refresh=issue_refresh(claims, secret=secret))


def clean_user_agent(user_agent: str) -> str:
    """Drop unprintable characters and shorten."""
    return "".join(character for character in user_agent if character.isprintable())[:_MAX_AGENT_CHARS]
