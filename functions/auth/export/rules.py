"""Content and file names of an archive."""

import re
from typing import Any

_LEFT_OUT = frozenset({"idempotency", "audit_people"})  # encrypted answers; the key of the pseudonym
_SECRETS = frozenset({"password_hash", "password_version", "generation", "secret", "old_secrets"})
_UNUSUAL = re.compile(r"[^\w .()+@-]")
_MAX_NAME_CHARS = 120

README = """\
This archive contains everything that Aksio stores about you.

Each .json file lists the items of one kind, one item per line. `path` says where an item belongs.
account.json contains your account with profile and settings. Times are in UTC.
The folders contain the files you uploaded, unchanged.
Only secrets are left out: the hash of your password, and anything that would let somebody sign in as you.
"""


def choose_file(path: str) -> str | None:
    """Choose the JSON file for the document at `path` below the user's; None to leave it out."""
    if not path:
        return "account.json"
    kinds = path.split("/")[::2]
    return None if kinds[0] in _LEFT_OUT else ".".join(kinds) + ".json"


def build_row(path: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Build the row that shows a document to its owner, without secrets."""
    public = {name: value for name, value in fields.items() if name not in _SECRETS}
    return {"path": path, **public} if path else public


def clean_name(key: str) -> str:
    """Turn an object's key below the user's folder into a file name that is safe on every system."""
    parts = [_UNUSUAL.sub("_", part)[-_MAX_NAME_CHARS:].strip(" .") for part in key.split("/")]
    return "/".join(part or "_" for part in parts)
