"""Opaque cursors, signed for the list that they belong to, so that a changed one is refused."""

import base64
import hmac
import json
from datetime import datetime
from typing import Any

from shared.errors import ValidationFailed
from shared.language import say
from shared.store import Cursor

FORWARD, BACKWARD = "n", "p"
_FOREIGN = say("This is not a cursor of this list; use `next` or `previous` of a page", code="invalid_cursor")
_SIGNATURE_CHARS = 32  # 128 bits


def write_cursor(cursor: Cursor, direction: str, *, scope: str, key: bytes) -> str:
    """Write a cursor; `scope` names the list and its order."""
    values = [{"t": v.isoformat()} if isinstance(v, datetime) else v for v in cursor.values]
    content = [direction, values, cursor.id]
    text = json.dumps([*content, _sign(content, scope, key)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, *, scope: str, key: bytes) -> tuple[str, Cursor]:
    """Read the direction and the cursor. Raises ValidationFailed for what was not written for this list."""
    try:
        decoded = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        direction, values, document_id, signature = decoded
        is_ours = hmac.compare_digest(_sign([direction, values, document_id], scope, key), signature)
    except (ValueError, TypeError, RecursionError):
        is_ours = False
    if not is_ours:
        raise ValidationFailed(details={"cursor": [_FOREIGN]})
    return direction, Cursor(tuple(_parse_value(value) for value in values), document_id)


def _sign(content: list[Any], scope: str, key: bytes) -> str:
    text = json.dumps(["cursor", scope, content])
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:_SIGNATURE_CHARS]


def _parse_value(value: Any) -> Any:
    return datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value
