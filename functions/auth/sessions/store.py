"""Collections and queries of sessions and failed sign-ins."""

from functions.auth.sessions.models import AddressAttempts, LoginFailures
from functions.auth.sessions.rules import MAX_SESSIONS
from functions.auth.users.models import User
from functions.auth.users.names import hash_name
from shared.identity import SESSIONS, Session
from shared.store import Collection, Query, Ref, Store, Transaction
from shared.store.meter import note_items

LOGIN_FAILURES = Collection("login_failures", LoginFailures)
ADDRESS_ATTEMPTS = Collection("address_attempts", AddressAttempts)


def session_ref(user_id: str, session_id: str) -> Ref[Session]:
    """Return a session under its user, so that erasure ends it too."""
    return SESSIONS.doc(session_id, user=user_id)


def failures_ref(name: str) -> Ref[LoginFailures]:
    """Return the failures of `name`: the user's id, so that both names count together, or an unknown name."""
    return LOGIN_FAILURES.doc(hash_name(name))


def address_ref(address_key: str) -> Ref[AddressAttempts]:
    """Return the attempts of an address and minute; nothing in the store names an address."""
    return ADDRESS_ATTEMPTS.doc(address_key)


def list_failures_refs(user: User) -> list[Ref[LoginFailures]]:
    """List every document that may hold failures of this user."""
    return [failures_ref(name) for name in dict.fromkeys([user.id, user.email, user.username])]


async def find_sessions(reads: Store | Transaction, user_id: str) -> list[Session]:
    """Load all sessions of a user. Costs 1 read each; signing in keeps their number small."""
    query: Query[Session] = SESSIONS.query(user=user_id).limit(2 * MAX_SESSIONS)
    sessions = await reads.find(query)
    note_items(len(sessions))
    return sessions


async def end_sessions(tx: Transaction, user_id: str, *, but: str | None = None) -> None:
    """End every session but one, if it is given. Costs 1 read and 1 delete each."""
    for session in await find_sessions(tx, user_id):
        if session.id != but:
            tx.delete(session_ref(user_id, session.id))
