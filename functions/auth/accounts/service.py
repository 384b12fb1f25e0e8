"""Use cases of registration."""

import asyncio
from dataclasses import asdict

from functions.auth.accounts.errors import NameTaken
from functions.auth.accounts.rules import build_childhood
from functions.auth.accounts.schemas import RegisterBody
from functions.auth.sessions.schemas import SignedIn, signed_in_view
from functions.auth.sessions.store import session_ref
from functions.auth.sessions.tokens import build_session, issue_tokens
from functions.auth.users import hashing
from functions.auth.users.models import Claim, User, UserStatus
from functions.auth.users.names import hash_name
from functions.auth.users.store import EMAILS, USERNAMES, list_claim_refs, publish_preferences, user_ref
from functions.auth.users.strength import check_strength
from shared.identity import Session
from shared.services import Services
from shared.store import Ref, Transaction


async def register(services: Services, *, body: RegisterBody, language: str, user_agent: str) -> SignedIn:
    """Create a user and sign in. Raises ValidationFailed, NameTaken."""
    user = await _build_user(services, body, language)

    async def work(tx: Transaction) -> Session:
        await add_user(tx, user)
        await services.audit.record(tx, "register", actor=user.id, details={"role": user.role})
        session = build_session(services, user, user_agent=user_agent)
        tx.create(session_ref(user.id, session.id), session)
        return session

    session = await services.store.transact(work)
    return signed_in_view(user, issue_tokens(services, session))


async def _build_user(services: Services, body: RegisterBody, language: str) -> User:
    now, username = services.clock.now(), body.username or body.email
    childhood = build_childhood(
        body.role,
        today=now.date(),
        born=body.date_of_birth,
        age=body.age,
        guardian_email=body.guardian_email,
    )
    await asyncio.to_thread(check_strength, body.password, names=[body.email, username], field="password")
    pending = body.role == "teacher" and services.settings.teachers_need_approval
    status: UserStatus = "pending" if pending else "active"
    return User(
        id=services.ids.new(),
        username=username,
        email=body.email,
        password_hash=await hashing.hash_password(services.password_hasher, body.password),
        status=status,
        language_preference=language,
        created_at=now,
        updated_at=now,
        **body.model_dump(include={"role", "first_name", "last_name", "timezone"}),
        **asdict(childhood),
    )


async def add_user(tx: Transaction, user: User) -> None:
    """Store the user and claim its names. Costs at most 4 reads, 4 writes and a message. Raises NameTaken."""
    await _claim_names(tx, user)
    tx.create(user_ref(user.id), user)
    publish_preferences(tx, user)


async def _claim_names(tx: Transaction, user: User) -> None:
    """Claim both names, each against e-mail addresses and user names: either of them signs in."""
    claims: dict[Ref[Claim], str] = {}
    for field, name in (("email", user.email), ("username", user.username)):
        for names in (EMAILS, USERNAMES) if name else ():
            claims.setdefault(names.doc(hash_name(name)), field)
    owners = await tx.get_many(list(claims))
    taken_fields = [field for owner, field in zip(owners, claims.values(), strict=True) if owner is not None]
    if taken_fields:
        raise NameTaken(dict.fromkeys(taken_fields))
    for ref in list_claim_refs(user):
        tx.create(ref, Claim(id=ref.id, user=user.id))
