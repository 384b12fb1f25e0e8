"""Password check with a lock against guessing, and a limit for each address.

An attempt is counted before the password is hashed, so that of many at once no more are checked than of as
many one after the other.
"""

import hmac
from datetime import datetime, timedelta

from functions.auth.sessions.errors import AccountLocked
from functions.auth.sessions.models import LoginFailures
from functions.auth.sessions.rules import FAILURE_WINDOW, add_failure, compute_lock_end
from functions.auth.sessions.store import address_ref, failures_ref
from functions.auth.users import hashing
from functions.auth.users.models import User
from shared.audit import Action, Detail
from shared.errors import RateLimited
from shared.services import Services
from shared.store import Increment, Ref, Transaction

_ADDRESS_PERIOD_SECONDS = 60


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
    as much with a network; for the right password 1 read and 1 delete more. A wrong one is recorded
    as a failure of `action`.
    """
    ref = failures_ref(user.id if user else name)

    async def work(tx: Transaction) -> bool:
        now = services.clock.now()
        failures = await tx.get(ref)
        refuse_locked(failures, now)
        if network is not None:
            await count_address(tx, services, network)
        failed_at = add_failure(failures.failed_at if failures else (), now)
        tx.put(ref, LoginFailures(id=ref.id, failed_at=failed_at, expires_at=now + 2 * FAILURE_WINDOW))
        return compute_lock_end(failed_at) is not None

    is_locked = await services.store.transact(work)
    stored = user.password_hash if user else None
    result = await hashing.verify_password(services.password_hasher, password, stored)
    if result.is_right:
        await _reset_failures(services, ref)
    else:
        await record_failure(services, user, action, reason="wrong_password", locked=is_locked)
    return result


async def record_failure(services: Services, user: User | None, action: Action, **details: Detail) -> None:
    """Record a failure to prove who one is. Costs at most 2 reads, 3 writes."""

    async def work(tx: Transaction) -> None:
        await services.audit.record(
            tx, action, actor=user.id if user else None, success=False, details=details
        )

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


async def _reset_failures(services: Services, ref: Ref[LoginFailures]) -> None:
    async def work(tx: Transaction) -> None:
        if await tx.get(ref) is not None:
            tx.delete(ref)

    await services.store.transact(work)
