"""Password check with a lock against guessing, and a limit for each address.

An attempt is counted before the password is hashed, so that of many at once no more are checked than of as
many one after the other.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.auth.sessions.errors import AccountLocked
from functions.auth.sessions.models import LoginFailures
from functions.auth.sessions.rules import (
    FAILURE_WINDOW,
    add_failure,
    compute_lock_end,
    forgive_failures,
)
from functions.auth.sessions.store import address_ref, failures_ref
from functions.auth.users import hashing
from functions.auth.users.models import User
from shared.audit import Action, Detail
from shared.errors import RateLimited
from shared.services import Services
from shared.store import Increment, Ref, Transaction

_ADDRESS_PERIOD_SECONDS = 60


@dataclass(frozen=True)
class _Attempt:
    """A counted attempt: the `number`-th, while `unanswered` before it had no answer yet."""

    ref: Ref[LoginFailures]
    begun_at: datetime
    number: int
    unanswered: int
    locks: bool


async def check_password(
    services: Services,
    *,
    user: User | None,
    name: str,
    password: str,
    network: str | None = None,
    action: Action = "login",
) -> hashing.PasswordCheck:
    """Check a password. Takes as long without a user. Raises AccountLocked, RateLimited.

    Counts the attempt for the account, and for `network` where there is one. Costs 1 read and 1 write, twice
    as much with a network; then 1 read and 1 write or delete. A wrong one is recorded as a failure of
    `action`.
    """
    attempt = await _begin_attempt(services, failures_ref(user.id if user else name), network)
    stored = user.password_hash if user else None
    result = await hashing.verify_password(services.password_hasher, password, stored)
    if result.is_right:
        await _forgive(services, attempt)
    else:
        await _record_wrong_password(services, user, action, attempt)
    return result


async def _begin_attempt(services: Services, ref: Ref[LoginFailures], network: str | None) -> _Attempt:
    async def work(tx: Transaction) -> _Attempt:
        now = services.clock.now()
        failures = await tx.get(ref) or LoginFailures(id=ref.id, expires_at=now)
        refuse_locked(failures, now)
        if network is not None:
            await count_address(tx, services, network)
        failed_at, number = add_failure(failures.failed_at, now), failures.begun + 1
        changes = {"failed_at": failed_at, "begun": number, "expires_at": now + 2 * FAILURE_WINDOW}
        tx.put(ref, failures.model_copy(update=changes))
        locks = compute_lock_end(failed_at) is not None
        return _Attempt(ref, now, number, failures.begun - failures.answered, locks)

    return await services.store.transact(work)


async def _record_wrong_password(
    services: Services, user: User | None, action: Action, attempt: _Attempt
) -> None:
    async def work(tx: Transaction) -> None:
        if await tx.get(attempt.ref) is not None:
            tx.merge(attempt.ref, {"answered": Increment(1)})
        details: dict[str, Detail] = {"reason": "wrong_password", "locked": attempt.locks}
        actor = user.id if user else None
        await services.audit.record(tx, action, actor=actor, success=False, details=details)

    await services.store.transact(work)


async def record_failure(services: Services, user: User | None, action: Action, **details: Detail) -> None:
    """Record a failure to prove who one is. Costs at most 2 reads, 3 writes."""

    async def work(tx: Transaction) -> None:
        actor = user.id if user else None
        await services.audit.record(tx, action, actor=actor, success=False, details=details)

    await services.store.transact(work)


async def count_address(tx: Transaction, services: Services, network: str) -> None:
    """Count an attempt of this minute. Costs 1 read, 1 write. Raises RateLimited.

    Instances count requests each for itself; an attempt to sign in is counted for all of them together.
    """
    now, settings = services.clock.now(), services.settings
    elapsed = now.timestamp() % _ADDRESS_PERIOD_SECONDS
    minute = int(now.timestamp() // _ADDRESS_PERIOD_SECONDS)
    secret = settings.jwt_secret.get_secret_value().encode()
    ref = address_ref(hmac.new(secret, f"address\n{network}\n{minute}".encode(), "sha256").hexdigest())
    attempts = await tx.get(ref)
    if attempts is not None and attempts.count >= settings.rate_limit_anonymous_per_minute:
        raise RateLimited(retry_after=_ADDRESS_PERIOD_SECONDS - elapsed)
    tx.merge(ref, {"count": Increment(1), "expires_at": now + timedelta(hours=1)})


def refuse_locked(failures: LoginFailures | None, now: datetime) -> None:
    """Raise AccountLocked while the failures lock the account."""
    until = compute_lock_end(failures.failed_at) if failures else None
    if until is not None and until > now:
        raise AccountLocked(retry_after=(until - now).total_seconds())


async def _forgive(services: Services, attempt: _Attempt) -> None:
    """Forget the failures before a right password; those of others who were guessing meanwhile stay."""

    async def work(tx: Transaction) -> None:
        failures = await tx.get(attempt.ref)
        if failures is None:
            return
        later = max(0, failures.begun - attempt.number)
        remaining = forgive_failures(
            failures.failed_at, own=attempt.begun_at, unanswered=attempt.unanswered + later
        )
        if remaining:
            changes = {"failed_at": remaining, "answered": failures.answered + 1}
            tx.put(attempt.ref, failures.model_copy(update=changes))
        else:
            tx.delete(attempt.ref)

    await services.store.transact(work)
