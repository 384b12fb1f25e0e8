"""When an account is locked, and when a session is good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.identity import Session

MOST_FAILURES = 10
WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
MOST_SESSIONS = 50


def with_failure(failed_at: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """The failures that still count, the newest last."""
    recent = [instant for instant in failed_at if now - instant < WINDOW]
    return tuple([*recent, now][-MOST_FAILURES:])


def locked_until(failed_at: Sequence[datetime]) -> datetime | None:
    """The end of the lock that these failures caused, if they caused one."""
    if len(failed_at) < MOST_FAILURES or failed_at[-1] - failed_at[0] >= WINDOW:
        return None
    return failed_at[-1] + LOCKED_FOR


def is_good(session: Session | None, now: datetime) -> bool:
    """Whether the session's refresh tokens may be used."""
    return (
        session is not None
        and session.scope == "full"
        and session.status != "suspended"
        and session.expires_at > now
    )


def surplus(sessions: Sequence[Session]) -> list[Session]:
    """Those that end so that one more stays within the most a user may have: the longest unused."""
    by_use = sorted(sessions, key=lambda session: session.last_used_at)
    return by_use[: max(0, len(by_use) - MOST_SESSIONS + 1)]
