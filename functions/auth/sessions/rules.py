"""Lock of an account, validity and number of sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.identity import Session

MAX_FAILURES = 10
FAILURE_WINDOW = timedelta(minutes=15)
LOCK_PERIOD = timedelta(minutes=15)
MAX_SESSIONS = 50


def add_failure(failed_at: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Add a failure; return those that still count, newest last."""
    recent = [instant for instant in failed_at if now - instant < FAILURE_WINDOW]
    return tuple([*recent, now][-MAX_FAILURES:])


def compute_lock_end(failed_at: Sequence[datetime]) -> datetime | None:
    """Compute the end of the lock that these failures have caused, if any."""
    if len(failed_at) < MAX_FAILURES or failed_at[-1] - failed_at[0] >= FAILURE_WINDOW:
        return None
    return failed_at[-1] + LOCK_PERIOD


def forgive_failures(
    failed_at: Sequence[datetime], *, own: datetime, unanswered: int
) -> tuple[datetime, ...]:
    """Remove the attempt of `own`, which was right, and the failures before it; return those that remain.

    These are the last `unanswered`: attempts that had no answer when this one began, or began later. Whoever
    mistypes waits for the answer before trying again, so they are somebody else's guesses.
    """
    others = list(failed_at)
    if own in others:
        others.remove(own)
    return tuple(others[max(0, len(others) - unanswered) :])


def is_usable(session: Session | None, now: datetime) -> bool:
    """Tell whether the session's refresh tokens may be used."""
    return (
        session is not None
        and session.scope == "full"
        and session.status != "suspended"
        and session.expires_at > now
    )


def select_surplus(sessions: Sequence[Session]) -> list[Session]:
    """Select the sessions unused for longest that must end to make room for one more."""
    by_use = sorted(sessions, key=lambda session: session.last_used_at)
    return by_use[: max(0, len(by_use) - MAX_SESSIONS + 1)]
