"""Use cases of password reset and change."""

import asyncio

from functions.auth.passwords.errors import InvalidResetLink, WrongPassword
from functions.auth.passwords.models import PasswordReset
from functions.auth.passwords.rules import LIFETIME, MAX_MAILS_PER_HOUR, derive_token, is_usable
from functions.auth.passwords.store import query_recent_resets, reset_ref
from functions.auth.passwords.tasks import SendPasswordReset
from functions.auth.sessions.guard import check_password, count_address
from functions.auth.sessions.schemas import Tokens
from functions.auth.sessions.store import end_sessions, failures_ref, session_ref
from functions.auth.sessions.tokens import issue_tokens
from functions.auth.users import hashing
from functions.auth.users.models import User
from functions.auth.users.names import hash_name
from functions.auth.users.store import EMAILS, find_user, user_ref
from functions.auth.users.strength import check_strength
from shared.audit import Action
from shared.errors import Unauthenticated
from shared.identity import Principal, Session
from shared.language import Language, choose_language, say, translate
from shared.mail import Mail
from shared.mail.message import write_paragraphs
from shared.mail.once import send_once
from shared.services import Services
from shared.store import Store, Transaction


async def request_reset(services: Services, *, email: str, network: str, language: Language | None) -> None:
    """Queue the mail, alike for every address: its owner is looked up by the task. Raises RateLimited."""
    task = SendPasswordReset(email_key=hash_name(email), request=services.ids.new(), language=language or "")

    async def work(tx: Transaction) -> None:
        await count_address(tx, services, network)
        tx.enqueue(task)

    await services.store.transact(work)


async def send_reset(services: Services, task: SendPasswordReset) -> None:
    """Mail the link, unless nobody has the address or it had too many links within the hour."""
    token = derive_token(task.request, secret=services.settings.jwt_secret.get_secret_value())

    async def work(tx: Transaction) -> User | None:
        claim = await tx.get(EMAILS.doc(task.email_key))
        user = await find_user(tx, claim.user) if claim else None
        return user if user and await _record_reset(tx, services, user, token) else None

    user = await services.store.transact(work)
    if user is not None:
        link = f"{services.settings.frontend_url.rstrip('/')}/reset-password?token={token}"
        await send_once(services, _compose_mail(user, link, task))


async def _record_reset(tx: Transaction, services: Services, user: User, token: str) -> bool:
    """Store the reset and tell whether its link may be mailed. A repeated delivery finds it stored."""
    ref, now = reset_ref(token), services.clock.now()
    if await tx.get(ref) is not None:
        return True
    if len(await tx.find(query_recent_resets(user.id, now))) >= MAX_MAILS_PER_HOUR:
        return False
    reset = PasswordReset(
        id=ref.id, user=user.id, password_version=user.password_version, expires_at=now + LIFETIME
    )
    tx.create(ref, reset)
    await services.audit.record(tx, "password_reset_request", subject=user.id)
    return True


def _compose_mail(user: User, link: str, task: SendPasswordReset) -> Mail:
    paragraphs = [
        say("Hello,"),
        say(
            "we received a request to reset the password of your Aksio account."
            " Use this link to set a new one; it works once, within one hour:"
        ),
        link,
        say("If you did not request this, ignore this mail: your password stays unchanged."),
    ]
    language = choose_language(task.language, user.language_preference)
    return Mail(
        key=f"password-reset:{task.request}",
        to=user.email,
        subject=translate(say("Reset your Aksio password"), language),
        text=write_paragraphs(paragraphs, language),
    )


async def confirm_reset(services: Services, *, token: str, password: str) -> None:
    """Set the password and end every session. Raises InvalidResetLink, ValidationFailed."""
    user = await _get_owner(services.store, services, token)
    changes = await _prepare_password(services, user, password)

    async def work(tx: Transaction) -> None:
        owner = await _get_owner(tx, services, token)
        tx.merge(user_ref(owner.id), changes)
        tx.merge(reset_ref(token), {"used": True})
        tx.delete(failures_ref(owner.id))
        await services.audit.record(tx, "password_reset", actor=owner.id)
        await end_sessions(tx, owner.id)

    await services.store.transact(work)


async def _get_owner(reads: Store | Transaction, services: Services, token: str) -> User:
    reset = await reads.get(reset_ref(token))
    user = await reads.get(user_ref(reset.user)) if reset else None
    if reset is None or user is None or not is_usable(reset, user, services.clock.now()):
        raise InvalidResetLink
    return user


async def change_password(services: Services, *, caller: Principal, old: str, new: str) -> Tokens:
    """Set the password, end every session, and open one in place of this one, with tokens of its own.

    Raises WrongPassword, AccountLocked, ValidationFailed.
    """
    user = await reauthenticate_by_password(
        services, caller=caller, password=old, field="old_password", action="password_change"
    )
    changes = await _prepare_password(services, user, new)
    ref = session_ref(user.id, caller.session_id)

    async def work(tx: Transaction) -> Session:
        session, current = await tx.get(ref), await find_user(tx, user.id)
        if session is None or current is None or current.password_version != user.password_version:
            raise Unauthenticated
        await end_sessions(tx, user.id)
        tx.merge(user_ref(user.id), changes)
        # Tokens name their session: a new one ends every token of before at once.
        renewed = session.model_copy(
            update={"id": services.ids.new(), "generation": 1, "rotated_at": services.clock.now()}
        )
        tx.create(session_ref(user.id, renewed.id), renewed)
        await services.audit.record(tx, "password_change", actor=user.id)
        return renewed

    return issue_tokens(services, await services.store.transact(work))


async def reauthenticate_by_password(
    services: Services, *, caller: Principal, password: str, field: str, action: Action
) -> User:
    """Return the caller, proven again by password. Raises WrongPassword for `field`, AccountLocked."""
    user = await find_user(services.store, caller.user_id)
    if user is None:
        raise Unauthenticated
    result = await check_password(services, user=user, name=user.id, password=password, action=action)
    if not result.is_right:
        raise WrongPassword(field)
    return user


async def _prepare_password(services: Services, user: User, password: str) -> dict[str, object]:
    names = [user.email, user.username]
    await asyncio.to_thread(check_strength, password, names=names, field="new_password")
    now = services.clock.now()
    return {
        "password_hash": await hashing.hash_password(services.password_hasher, password),
        "password_version": user.password_version + 1,
        "updated_at": now,
    }
