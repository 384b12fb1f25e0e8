"""What goes into an archive, and under which names."""

import re
from typing import Any

_LEFT_OUT = frozenset({"idempotency"})  # answers once given, encrypted with keys that only clients have
_SECRETS = frozenset({"password_hash", "password_version", "generation", "secret"})
_UNUSUAL = re.compile(r"[^\w .()+@-]")
_MAX_NAME_CHARS = 120

README = """\
This archive holds everything that Aksio keeps about you.

Each .json file is one kind of thing: a list with one item to a line. `path` tells where an item belongs;
account.json is your account with profile and settings. Instants are in UTC.
The folders hold the files you gave us, as you gave them.
Left out are only secrets: the hash of your password, and what would let somebody sign in as you.
"""


def choose_file(path: str) -> str | None:
    """The JSON file for the document at `path` below the user's own; None for what is left out."""
    if not path:
        return "account.json"
    kinds = path.split("/")[::2]
    return None if kinds[0] in _LEFT_OUT else ".".join(kinds) + ".json"


def build_row(path: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The document as it is shown to its owner."""
    shown = {name: value for name, value in fields.items() if name not in _SECRETS}
    return {"path": path, **shown} if path else shown


def clean_name(key: str) -> str:
    """The name in the archive for an object's key below the user's folder: harmless on every system."""
    parts = [_UNUSUAL.sub("_", part)[-_MAX_NAME_CHARS:].strip(" .") for part in key.split("/")]
    return "/".join(part or "_" for part in parts)
