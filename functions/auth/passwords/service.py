"""Passwords that were forgotten, and passwords that are changed."""

import asyncio

from functions.auth.passwords.errors import LinkSpent, WrongPassword
from functions.auth.passwords.models import PasswordReset
from functions.auth.passwords.rules import LIFETIME, MOST_MAILS_AN_HOUR, is_good, reset_token
from functions.auth.passwords.store import recent_resets, reset_ref
from functions.auth.passwords.tasks import SendPasswordReset
from functions.auth.sessions.guard import check_password, forgive
from functions.auth.sessions.schemas import Tokens
from functions.auth.sessions.store import end_sessions, failures_ref, session_ref
from functions.auth.sessions.tokens import tokens_of
from functions.auth.users import hashing
from functions.auth.users.models import User
from functions.auth.users.rules import name_key
from functions.auth.users.store import EMAILS, current_user, user_ref
from functions.auth.users.strength import check_strength
from shared.errors import Unauthenticated
from shared.identity import Principal, Session
from shared.mail import Mail
from shared.mail.once import send_once
from shared.services import Services
from shared.store import Store, Transaction


async def request_reset(services: Services, *, email: str) -> None:
    """Does the same for every address: who it belongs to is looked up by the task."""
    task = SendPasswordReset(email_key=name_key(email), request=services.ids.new())

    async def work(tx: Transaction) -> None:
        tx.enqueue(task)

    await services.store.transact(work)


async def send_reset(services: Services, *, email_key: str, request_id: str) -> None:
    """Mail the link, unless nobody has the address or had too many links within the hour."""
    token = reset_token(request_id, secret=services.settings.jwt_secret.get_secret_value())

    async def work(tx: Transaction) -> User | None:
        claim = await tx.get(EMAILS.doc(email_key))
        user = await current_user(tx, claim.user) if claim else None
        return user if user and await _noted(tx, services, user, token) else None

    user = await services.store.transact(work)
    if user is not None:
        link = f"{services.settings.frontend_url.rstrip('/')}/reset-password?token={token}"
        await send_once(services, _mail(user, link, key=f"password-reset:{request_id}"))


async def _noted(tx: Transaction, services: Services, user: User, token: str) -> bool:
    """Whether the link may leave; stores what it opens. A repeated delivery finds it stored."""
    ref, now = reset_ref(token), services.clock.now()
    if await tx.get(ref) is not None:
        return True
    if len(await tx.find(recent_resets(user.id, now))) >= MOST_MAILS_AN_HOUR:
        return False
    reset = PasswordReset(
        id=ref.id, user=user.id, password_version=user.password_version, expires_at=now + LIFETIME
    )
    tx.create(ref, reset)
    return True


def _mail(user: User, link: str, *, key: str) -> Mail:
    text = (
        "Hello,\n\nsomebody, probably you, asked for a new password for your Aksio account."
        f" This link works once, for one hour:\n\n{link}\n\n"
        "If it was not you, nothing has to be done: your password stays as it is.\n"
    )
    return Mail(key=key, to=user.email, subject="Your new password", text=text)


async def confirm_reset(services: Services, *, token: str, password: str) -> None:
    """Set the password and end every session. Raises LinkSpent, ValidationFailed."""
    user = await _owner(services.store, services, token)
    changes = await _new_password(services, user, password)

    async def work(tx: Transaction) -> None:
        owner = await _owner(tx, services, token)
        tx.merge(user_ref(owner.id), changes)
        tx.merge(reset_ref(token), {"used": True})
        tx.delete(failures_ref(owner.id))
        await end_sessions(tx, owner.id)

    await services.store.transact(work)


async def _owner(reads: Store | Transaction, services: Services, token: str) -> User:
    reset = await reads.get(reset_ref(token))
    user = await reads.get(user_ref(reset.user)) if reset else None
    if reset is None or user is None or not is_good(reset, user, services.clock.now()):
        raise LinkSpent
    return user


async def change_password(services: Services, *, caller: Principal, old: str, new: str) -> Tokens:
    """Set the password, end all other sessions, and give this one new tokens.

    Raises WrongPassword, AccountLocked, ValidationFailed.
    """
    user = await verified_user(services, caller=caller, password=old, field="old_password")
    changes = await _new_password(services, user, new)
    ref = session_ref(user.id, caller.session_id)

    async def work(tx: Transaction) -> Session:
        session, known = await tx.get(ref), await current_user(tx, user.id)
        if session is None or known is None or known.password_version != user.password_version:
            raise Unauthenticated
        await forgive(tx, user, services.clock.now())
        await end_sessions(tx, user.id, but=session.id)
        tx.merge(user_ref(user.id), changes)
        # Two on, so that even the last token's grace is over.
        renewed = {"generation": session.generation + 2, "rotated_at": services.clock.now()}
        tx.merge(ref, renewed)
        return session.model_copy(update=renewed)

    return tokens_of(services, await services.store.transact(work))


async def verified_user(services: Services, *, caller: Principal, password: str, field: str) -> User:
    """The caller, once more proven by password. Raises WrongPassword naming `field`, AccountLocked."""
    user = await current_user(services.store, caller.user_id)
    if user is None:
        raise Unauthenticated
    checked = await check_password(services, user=user, name=user.id, password=password)
    if not checked.right:
        raise WrongPassword(field)
    return user


async def _new_password(services: Services, user: User, password: str) -> dict[str, object]:
    names = [user.email, user.username]
    await asyncio.to_thread(check_strength, password, names=names, field="new_password")
    now = services.clock.now()
    return {
        "password_hash": await hashing.hashed(password),
        "password_version": user.password_version + 1,
        "updated_at": now,
    }
