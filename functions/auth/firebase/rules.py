"""Names taken over from Firebase, and the condition for joining an account."""

import unicodedata

from functions.auth.users.models import User
from functions.auth.users.names import is_username
from shared.text.invisible import keep_printable

_MAX_NAME_CHARS = 100


def split_name(full_name: str) -> tuple[str, str]:
    """Split a full name into first and last name."""
    printable = keep_printable(unicodedata.normalize("NFC", full_name), blank=" ")
    first, _, last = " ".join(printable.split()).partition(" ")
    return first[:_MAX_NAME_CHARS].strip(), last[:_MAX_NAME_CHARS].strip()


def generate_username(fresh_id: str) -> str:
    """Generate a user name for somebody without an e-mail address."""
    name = f"user-{fresh_id.replace('-', '')[:16]}"
    assert is_username(name)  # noqa: S101 - ids are letters and digits
    return name


def may_join(user: User, *, email: str, verified: bool) -> bool:
    """Tell whether the address proves that the account is theirs.

    Stricter than the lookup, which folds characters: addresses that fold alike may be two people's mailboxes.
    """
    return verified and user.email.lower() == email.lower()
