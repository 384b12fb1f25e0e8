"""Stored values as JSON text whose order is the values' order."""

import json
from datetime import UTC, datetime
from typing import Any

from shared.store.values import Increment, Raw

_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


def encode(fields: Raw) -> str:
    return json.dumps(fields, default=_special, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def decode(text: str) -> Raw:
    fields: Raw = json.loads(text)
    return fields


def comparable(value: Any) -> Any:
    """The value as SQLite's json_extract would give it."""
    if isinstance(value, datetime):
        return _special(value)
    if isinstance(value, bool):
        return int(value)
    return value


def merged(current: Raw, changes: Raw) -> Raw:
    """`current` with the nested changes applied and increments added."""
    result = dict(current)
    for name, change in changes.items():
        before = result.get(name)
        if isinstance(change, Increment):
            known = before if isinstance(before, (int, float)) and not isinstance(before, bool) else 0
            result[name] = known + change.amount
        elif isinstance(change, dict):
            result[name] = merged(before if isinstance(before, dict) else {}, change)
        else:
            result[name] = change
    return result


def _special(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(_INSTANT)
    raise TypeError(f"cannot be stored: {type(value).__name__}")
