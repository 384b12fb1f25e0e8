"""Password hashes: argon2id of the prepared password, with the parameters of `Services.password_hasher`."""

import asyncio
import base64
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True)
class PasswordCheck:
    """The result of a check. `new_hash` replaces a stored hash of other parameters, or of another form."""

    is_right: bool
    new_hash: str | None = None


def prepare_password(password: str) -> str:
    """Return the form to hash, the same on every keyboard: every space as U+0020, and NFC.

    The mapping of RFC 8265's `OpaqueString`. Its refusals are not taken over: emoji are joined by characters
    that it refuses.
    """
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", spaced)


async def hash_password(hasher: "PasswordHasher", password: str) -> str:
    """Hash a password, in a thread."""
    return await asyncio.to_thread(hasher.hash, prepare_password(password))


async def verify_password(hasher: "PasswordHasher", password: str, stored: str | None) -> PasswordCheck:
    """Check a password against a hash, in a thread. Without a hash it fails after the same time.

    Hashes made before passwords were prepared are of the password as it was typed, composed or decomposed.
    """
    return await asyncio.to_thread(_verify, hasher, password, stored or _build_dummy_hash(hasher))


def _verify(hasher: "PasswordHasher", password: str, stored: str) -> PasswordCheck:
    from argon2.exceptions import VerifyMismatchError

    prepared = prepare_password(password)
    for form in dict.fromkeys((prepared, password, unicodedata.normalize("NFD", password))):
        try:
            hasher.verify(stored, form)
        except VerifyMismatchError:
            continue
        is_current = form == prepared and not hasher.check_needs_rehash(stored)
        return PasswordCheck(is_right=True, new_hash=None if is_current else hasher.hash(prepared))
    return PasswordCheck(is_right=False)


def _build_dummy_hash(hasher: "PasswordHasher") -> str:
    """Build a well-formed hash with the current parameters that no password has."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return (
        f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
    )
