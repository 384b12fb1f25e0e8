"""Use cases of signing in with Firebase: linked users, joined accounts, new accounts."""

from pydantic import TypeAdapter, ValidationError

from functions.auth.accounts.errors import NameTaken
from functions.auth.accounts.service import add_user
from functions.auth.firebase.errors import FirebaseNotConfigured, WrongIdentity
from functions.auth.firebase.rules import generate_username, may_join, split_name
from functions.auth.firebase.store import link_ref
from functions.auth.sessions.errors import AccountSuspended
from functions.auth.sessions.schemas import SignedIn, signed_in_view
from functions.auth.sessions.store import end_sessions, session_ref
from functions.auth.sessions.tokens import build_session, issue_tokens, open_session
from functions.auth.users.fields import Email
from functions.auth.users.models import Claim, User
from functions.auth.users.names import hash_name
from functions.auth.users.store import EMAILS, find_user, user_ref
from shared.errors import Unauthenticated
from shared.identity import Principal, Session
from shared.identity.firebase import VerifiedIdentity
from shared.services import Services
from shared.store import Increment, Transaction

_PROVIDER = {"provider": "firebase"}
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


async def verify_identity(services: Services, *, token: str) -> VerifiedIdentity:
    """Verify an ID token. Raises Unauthenticated, FirebaseNotConfigured, ServiceUnavailable."""
    if services.identity is None:
        raise FirebaseNotConfigured
    return await services.identity.verify(token)


async def sign_in(services: Services, *, token: str, user_agent: str) -> SignedIn:
    """Sign in. The first time creates an account, or joins the one that has the verified e-mail address.

    Raises Unauthenticated, AccountSuspended, NameTaken, ServiceUnavailable.
    """
    identity = await verify_identity(services, token=token)
    email = _normalise_email(identity.email)

    async def work(tx: Transaction) -> tuple[User, Session]:
        user = await _find_linked_user(tx, identity) or await _join_account(tx, services, identity, email)
        if user is not None:
            _check_state(user)
            await services.audit.record(tx, "login", actor=user.id, details=_PROVIDER)
            return user, await open_session(tx, services, user, user_agent=user_agent)
        return await _create_account(tx, services, identity, email, user_agent)

    user, session = await services.store.transact(work)
    return signed_in_view(user, issue_tokens(services, session))


async def reauthenticate_by_token(services: Services, *, caller: Principal, token: str) -> User:
    """Return the caller, proven again by an ID token. Costs 2 reads.

    Raises WrongIdentity, ServiceUnavailable.
    """
    try:
        identity = await verify_identity(services, token=token)
    except Unauthenticated as error:
        raise WrongIdentity from error
    link = await services.store.get(link_ref(identity.uid))
    user = await find_user(services.store, caller.user_id)
    if link is None or user is None or link.user != user.id:
        raise WrongIdentity
    return user


async def _find_linked_user(tx: Transaction, identity: VerifiedIdentity) -> User | None:
    link = await tx.get(link_ref(identity.uid))
    return await tx.get(user_ref(link.user)) if link else None


async def _join_account(
    tx: Transaction, services: Services, identity: VerifiedIdentity, email: str
) -> User | None:
    """Link the account that has the address, if there is one. Raises NameTaken."""
    claim = await tx.get(EMAILS.doc(hash_name(email))) if email else None
    user = await tx.get(user_ref(claim.user)) if claim else None
    if user is None:
        return None
    if not may_join(user, email=email, verified=identity.email_verified):
        raise NameTaken(["email"])
    _store_link(tx, identity, user)
    await _revoke_password(tx, user)
    await services.audit.record(tx, "account_link", actor=user.id, details=_PROVIDER)
    return user


async def _revoke_password(tx: Transaction, user: User) -> None:
    """Revoke the password and end every session.

    Whoever registered the address never proved that it is theirs; now somebody has.
    """
    tx.merge(user_ref(user.id), {"password_hash": "", "password_version": Increment(1)})
    await end_sessions(tx, user.id)


async def _create_account(
    tx: Transaction, services: Services, identity: VerifiedIdentity, email: str, user_agent: str
) -> tuple[User, Session]:
    user = _build_user(services, identity, email)
    await add_user(tx, user)
    _store_link(tx, identity, user)
    await services.audit.record(tx, "register", actor=user.id, details={"role": user.role, **_PROVIDER})
    session = build_session(services, user, user_agent=user_agent)
    tx.create(session_ref(user.id, session.id), session)
    return user, session


def _build_user(services: Services, identity: VerifiedIdentity, email: str) -> User:
    now = services.clock.now()
    first_name, last_name = split_name(identity.name)
    return User(
        id=services.ids.new(),
        username=email or generate_username(services.ids.new()),
        email=email,
        role="student",
        first_name=first_name,
        last_name=last_name,
        created_at=now,
        updated_at=now,
    )


def _store_link(tx: Transaction, identity: VerifiedIdentity, user: User) -> None:
    ref = link_ref(identity.uid)
    tx.put(ref, Claim(id=ref.id, user=user.id))


def _check_state(user: User) -> None:
    if user.status == "erasing":
        raise Unauthenticated
    if user.status == "suspended":
        raise AccountSuspended


def _normalise_email(email: str | None) -> str:
    """Normalise the address as registration does; empty if there is none, or an unusable one."""
    try:
        return _EMAIL.validate_python(email) if email else ""
    except ValidationError:
        return ""
