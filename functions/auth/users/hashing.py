"""Passwords as argon2id, with the parameters that OWASP's Password Storage Cheat Sheet names first."""

import asyncio
import base64
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1


@dataclass(frozen=True)
class Checked:
    """Whether the password was right, and its new hash where the stored one is of older parameters."""

    right: bool
    renewed: str | None = None


async def hashed(password: str) -> str:
    return await asyncio.to_thread(_hasher().hash, password)


async def check(password: str, stored: str | None) -> Checked:
    """Takes the same time without a stored hash: then nothing is right."""
    return await asyncio.to_thread(_check, password, stored or _nobodys_hash())


def _check(password: str, stored: str) -> Checked:
    from argon2.exceptions import VerifyMismatchError

    try:
        _hasher().verify(stored, password)
    except VerifyMismatchError:
        return Checked(right=False)
    renewed = _hasher().hash(password) if _hasher().check_needs_rehash(stored) else None
    return Checked(right=True, renewed=renewed)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)


def _nobodys_hash() -> str:
    """Well-formed, with today's parameters, and of no password."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${salt}${digest}"
