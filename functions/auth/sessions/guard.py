"""Password check with a lock against guessing."""

from datetime import datetime

from functions.auth.sessions.errors import AccountLocked
from functions.auth.sessions.models import LoginFailures
from functions.auth.sessions.rules import FAILURE_WINDOW, add_failure, compute_lock_end
from functions.auth.sessions.store import failures_ref
from functions.auth.users import hashing
from functions.auth.users.models import User
from shared.services import Services
from shared.store import Ref, Transaction


async def check_password(
    services: Services, *, user: User | None, name: str, password: str
) -> hashing.PasswordCheck:
    """Check a password. Takes as long without a user. Raises AccountLocked.

    Costs 1 read; for a wrong password 1 more and 1 write.
    """
    ref = failures_ref(user.id if user else name)
    refuse_locked(await services.store.get(ref), services.clock.now())
    stored = user.password_hash if user else None
    result = await hashing.verify_password(services.password_hasher, password, stored)
    if not result.is_right:
        await _record_failure(services, ref)
    return result


async def reset_failures(tx: Transaction, user: User, now: datetime) -> None:
    """Delete the failures of a user who gave the right password. Costs 1 read; 1 delete if there are any.

    Raises AccountLocked if they have locked the account meanwhile: parallel guesses count as well.
    """
    ref = failures_ref(user.id)
    failures = await tx.get(ref)
    refuse_locked(failures, now)
    if failures is not None:
        tx.delete(ref)


def refuse_locked(failures: LoginFailures | None, now: datetime) -> None:
    """Raise AccountLocked while the failures lock the account."""
    until = compute_lock_end(failures.failed_at) if failures else None
    if until is not None and until > now:
        raise AccountLocked(retry_after=(until - now).total_seconds())


async def _record_failure(services: Services, ref: Ref[LoginFailures]) -> None:
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        earlier = await tx.get(ref)
        failed_at = add_failure(earlier.failed_at if earlier else (), now)
        tx.put(ref, LoginFailures(id=ref.id, failed_at=failed_at, expires_at=now + 2 * FAILURE_WINDOW))

    await services.store.transact(work)
