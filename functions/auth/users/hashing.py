"""Passwords as argon2id; `Services.password_hasher` holds the parameters."""

import asyncio
import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True)
class PasswordCheck:
    """Whether the password was right, and its new hash where the stored one is of other parameters."""

    right: bool
    renewed: str | None = None


async def hash_password(hasher: "PasswordHasher", password: str) -> str:
    return await asyncio.to_thread(hasher.hash, password)


async def verify_password(hasher: "PasswordHasher", password: str, stored: str | None) -> PasswordCheck:
    """Takes the same time without a stored hash: then nothing is right."""
    return await asyncio.to_thread(_verify, hasher, password, stored or _build_dummy_hash(hasher))


def _verify(hasher: "PasswordHasher", password: str, stored: str) -> PasswordCheck:
    from argon2.exceptions import VerifyMismatchError

    try:
        hasher.verify(stored, password)
    except VerifyMismatchError:
        return PasswordCheck(right=False)
    renewed = hasher.hash(password) if hasher.check_needs_rehash(stored) else None
    return PasswordCheck(right=True, renewed=renewed)


def _build_dummy_hash(hasher: "PasswordHasher") -> str:
    """Well-formed, with today's parameters, and of no password."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return (
        f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
    )
