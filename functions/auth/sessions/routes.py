"""Sign-in and sign-out, refresh of tokens, and the list of sessions."""

from typing import Annotated

from fastapi import Header

from functions.auth.sessions import service
from functions.auth.sessions.errors import (
    AccountLocked,
    AccountSuspended,
    SessionNotFound,
    WrongLogin,
)
from functions.auth.sessions.schemas import (
    LoginBody,
    LogoutBody,
    RefreshBody,
    SessionView,
    SignedIn,
    Tokens,
    session_view,
)
from shared.errors import SessionEnded
from shared.store import Cost
from shared.web.access import PUBLIC, USER, USER_OR_CHILD
from shared.web.depends import Caller, Network, Provided
from shared.web.router import Router

router = Router(tag="sessions")

UserAgent = Annotated[str, Header(include_in_schema=False)]


@router.serve(
    "POST",
    "/api/v1/accounts/login/",
    aliases=[
        "/api/v1/accounts/auth/login/",
        "/api/v1/auth/login/",
        "/api/auth/login/",
        "/api/users/auth/login/",
    ],
    access=PUBLIC,
    cost=Cost(
        reads=10, writes=7, deletes=1, reads_per_item=1, writes_per_item=1, note="one item per open session"
    ),
    errors=[WrongLogin, AccountSuspended, AccountLocked],
)
async def log_in(
    body: LoginBody, services: Provided, network: Network, user_agent: UserAgent = ""
) -> SignedIn:
    """Sign in with a user name or an e-mail address. Ten wrong passwords lock the account for 15 minutes."""
    return await service.log_in(
        services, name=body.name, password=body.password, user_agent=user_agent, network=network
    )


@router.serve(
    "POST",
    "/api/v1/accounts/logout/",
    aliases=[
        "/api/v1/accounts/auth/logout/",
        "/api/v1/auth/logout/",
        "/api/auth/logout/",
        "/api/users/auth/logout/",
    ],
    access=USER_OR_CHILD,
    cost=Cost(
        reads=3,
        writes=3,
        deletes=1,
        reads_per_item=1,
        writes_per_item=1,
        note="one item per session with `all`",
    ),
    status=204,
)
async def log_out(caller: Caller, services: Provided, body: LogoutBody | None = None) -> None:
    """End a session; its access tokens stop working at once. Without `refresh`, ends the caller's own."""
    options = body or LogoutBody()
    await service.log_out(services, caller=caller, token=options.refresh, everywhere=options.all)


@router.serve(
    "POST",
    "/api/v1/accounts/token-refresh/",
    aliases=[
        "/api/v1/accounts/token/refresh/",
        "/api/v1/accounts/auth/refresh/",
        "/api/v1/auth/refresh/",
        "/api/auth/refresh/",
        "/api/users/auth/refresh/",
    ],
    access=PUBLIC,
    cost=Cost(reads=1, writes=1, deletes=1),
    errors=[SessionEnded],
)
async def refresh_tokens(body: RefreshBody, services: Provided) -> Tokens:
    """Exchange a refresh token for the next pair of tokens.

    Repeated within ten seconds, the exchange gives the same successor; a token reused later ends the session.
    """
    return await service.refresh(services, token=body.refresh)


@router.serve(
    "GET",
    "/api/v1/accounts/sessions/",
    access=USER,
    cost=Cost(reads=1, reads_per_item=1),
)
async def list_sessions(caller: Caller, services: Provided) -> list[SessionView]:
    """List the user's open sessions, last used first; at most 50."""
    sessions = await service.list_sessions(services, user_id=caller.user_id)
    return [session_view(session, current=caller.session_id) for session in sessions]


@router.serve(
    "DELETE",
    "/api/v1/accounts/sessions/{session_id}/",
    access=USER,
    cost=Cost(reads=4, writes=3, deletes=1),
    status=204,
    errors=[SessionNotFound],
)
async def end_session(session_id: str, caller: Caller, services: Provided) -> None:
    """End one session."""
    await service.end_session(services, user_id=caller.user_id, session_id=session_id)
