"""What is taken over from somebody whom Firebase knows."""

from functions.auth.users.fields import is_username
from functions.auth.users.models import User

_MAX_NAME_CHARS = 100


def split_name(full_name: str) -> tuple[str, str]:
    """First and last name, of what one field holds."""
    shown = "".join(character if character.isprintable() else " " for character in full_name)
    first, _, last = " ".join(shown.split()).partition(" ")
    return first[:_MAX_NAME_CHARS].strip(), last[:_MAX_NAME_CHARS].strip()


def generate_username(fresh_id: str) -> str:
    name = f"user-{fresh_id.replace('-', '')[:16]}"
    assert is_username(name)  # noqa: S101 - ids are letters and digits
    return name


def may_join(user: User, *, email: str, verified: bool) -> bool:
    """Whether the address proves that this account is theirs. Names are looked up more loosely, by what
    reads alike; two such addresses may be two people's mailboxes."""
    return verified and user.email.lower() == email.lower()
