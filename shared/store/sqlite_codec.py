"""Stored values as JSON text that sorts as the values do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeGuard

from shared.store.values import INTEGER_LIMIT, Increment, Minimum, Raw

# Marks a string as an instant, and sorts it before letters and digits.
MARK = "\x01"
_MARKED = '"\\u0001'  # the beginning of a marked string in JSON
# Numbers below any other: false and true sort after null and before every number.
FALSE, TRUE = float("-inf"), -1.7976931348623157e308


def encode(fields: Raw) -> str:
    """Write fields as JSON; values that JSON lacks are marked."""
    instants = 0

    def convert(value: Any) -> str | float:
        nonlocal instants
        if isinstance(value, (Increment, Minimum)):  # of a new document
            return value.amount
        instants += 1
        return MARK + format_instant(value)

    text = _dump(fields, convert)
    # Where as many strings bear the mark as instants were written, none of the others begins with it.
    return text if text.count(_MARKED) == instants else _dump(_mark(fields), convert)


def decode(text: str) -> Raw:
    """Read fields from JSON that `encode` wrote."""
    fields: Raw = json.loads(text, object_hook=_unmark_fields if "\\u0001" in text else None)
    return fields


def to_comparable(value: Any) -> Any:
    """Return the value as `sql.build_value` selects it."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return _mark(value)


def format_instant(value: datetime) -> str:
    """Format an instant as text that sorts by time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def merge_fields(current: Raw, changes: Raw) -> Raw:
    """Apply nested changes, increments and minima to `current`; an empty map replaces the earlier value."""
    result = dict(current)
    for name, change in changes.items():
        before = result.get(name)
        if isinstance(change, Increment):
            result[name] = _add(before, change.amount)
        elif isinstance(change, Minimum):
            result[name] = min(before, change.amount) if _is_number(before) else change.amount
        elif isinstance(change, dict) and change:
            result[name] = merge_fields(before if isinstance(before, dict) else {}, change)
        else:
            result[name] = change
    return result


def _dump(fields: Raw, convert: Callable[[Any], object]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=convert)


def _add(before: Any, amount: float) -> float:
    total = (before if _is_number(before) else 0) + amount
    return max(-INTEGER_LIMIT, min(INTEGER_LIMIT - 1, total)) if isinstance(total, int) else total


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _mark(value: Any) -> Any:
    if isinstance(value, str):  # most values are
        return MARK + value if value.startswith(MARK) else value
    if isinstance(value, dict):
        return {name: _mark(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_mark(item) for item in value]
    return MARK + format_instant(value) if isinstance(value, datetime) else value


def _unmark_fields(fields: Raw) -> Raw:
    """Replace marked values in place; the parser has done so in the maps inside."""
    for name, value in fields.items():
        if type(value) is str:
            if value.startswith(MARK):
                fields[name] = _unmark(value)
        elif type(value) is list:
            fields[name] = [_unmark(item) for item in value]
    return fields


def _unmark(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith(MARK):
        return value
    return value[1:] if value.startswith(MARK * 2) else datetime.fromisoformat(value[1:])
