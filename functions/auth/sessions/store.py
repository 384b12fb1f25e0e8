"""Where sessions and failed attempts stand."""

from functions.auth.sessions.models import LoginFailures
from functions.auth.sessions.rules import MAX_SESSIONS
from functions.auth.users.models import User
from functions.auth.users.rules import hash_name
from shared.identity import SESSIONS, Session
from shared.store import Collection, Query, Ref, Store, Transaction
from shared.store.meter import note_items

LOGIN_FAILURES = Collection("login_failures", LoginFailures)


def session_ref(user_id: str, session_id: str) -> Ref[Session]:
    return SESSIONS.doc(session_id, user=user_id)


def failures_ref(name: str) -> Ref[LoginFailures]:
    """`name` is the user's id where there is one, so that both names count together; else the name tried."""
    return LOGIN_FAILURES.doc(hash_name(name))


def list_failures_refs(user: User) -> list[Ref[LoginFailures]]:
    """All that can stand under something of this user's."""
    return [failures_ref(name) for name in dict.fromkeys([user.id, user.email, user.username])]


async def find_sessions(reads: Store | Transaction, user_id: str) -> list[Session]:
    """All of them. Signing in keeps their number small, so this is bounded; costs 1 read each."""
    query: Query[Session] = SESSIONS.query(user=user_id).limit(2 * MAX_SESSIONS)
    found = await reads.find(query)
    note_items(len(found))
    return found


async def end_sessions(tx: Transaction, user_id: str, *, but: str | None = None) -> None:
    """End every session, except one that may stay. Costs 1 read and 1 delete each."""
    for session in await find_sessions(tx, user_id):
        if session.id != but:
            tx.delete(session_ref(user_id, session.id))
