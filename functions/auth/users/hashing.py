"""Password hashes: argon2id with the parameters of `Services.password_hasher`."""

import asyncio
import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True)
class PasswordCheck:
    """The result of a check. `new_hash` replaces a stored hash of other parameters."""

    is_right: bool
    new_hash: str | None = None


async def hash_password(hasher: "PasswordHasher", password: str) -> str:
    """Hash a password, in a thread."""
    return await asyncio.to_thread(hasher.hash, password)


async def verify_password(hasher: "PasswordHasher", password: str, stored: str | None) -> PasswordCheck:
    """Check a password against a hash, in a thread. Without a hash it fails after the same time."""
    return await asyncio.to_thread(_verify, hasher, password, stored or _build_dummy_hash(hasher))


def _verify(hasher: "PasswordHasher", password: str, stored: str) -> PasswordCheck:
    from argon2.exceptions import VerifyMismatchError

    try:
        hasher.verify(stored, password)
    except VerifyMismatchError:
        return PasswordCheck(is_right=False)
    new_hash = hasher.hash(password) if hasher.check_needs_rehash(stored) else None
    return PasswordCheck(is_right=True, new_hash=new_hash)


def _build_dummy_hash(hasher: "PasswordHasher") -> str:
    """Build a well-formed hash with the current parameters that no password has."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return (
        f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
    )
