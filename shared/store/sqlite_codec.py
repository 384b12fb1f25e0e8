"""Stored values as JSON text that sorts as the values do."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeGuard

import orjson

from shared.store.values import INTEGER_LIMIT, Increment, Minimum, Raw

# Marks a string as an instant, and sorts it before letters and digits.
MARK = "\x01"
_MARKED = b'"\\u0001'  # the beginning of a marked string in JSON
_AFTER_MARK = "\x02"  # marked texts sort before it, and hardly any other
# Numbers below any other: false and true sort after null and before every number.
FALSE, TRUE = float("-inf"), -1.7976931348623157e308


def encode(fields: Raw) -> str:
    """Write fields as JSON; values that JSON lacks are marked. Raises ValueError for text that is none."""
    instants = 0

    def convert(value: Any) -> str | float:
        nonlocal instants
        if isinstance(value, (Increment, Minimum)):  # of a new document
            return value.amount
        instants += 1
        return MARK + format_instant(value)

    text = _dump(fields, convert)
    # Where as many strings bear the mark as instants were written, none of the others begins with it.
    return (text if text.count(_MARKED) == instants else _dump(_mark(fields), convert)).decode()


def decode(text: str) -> Raw:
    """Read fields from JSON that `encode` wrote."""
    fields: Raw = orjson.loads(text)
    if "\\u0001" in text:
        _unmark_fields(fields)
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


def _dump(fields: Raw, convert: Callable[[Any], object]) -> bytes:
    try:
        return orjson.dumps(
            fields, convert, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
        )
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error


def _add(before: Any, amount: float) -> float:
    total = (before if _is_number(before) else 0) + amount
    return max(-INTEGER_LIMIT, min(INTEGER_LIMIT - 1, total)) if isinstance(total, int) else total


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _mark(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return MARK + value if value.startswith(MARK) else value
    if kind is dict:
        return {name: _mark(item) for name, item in value.items()}
    if kind is list:
        return [_mark(item) for item in value]
    return MARK + format_instant(value) if kind is datetime else value


def _unmark_fields(fields: Raw) -> None:
    """Replace marked values in place."""
    for name, value in fields.items():
        kind = type(value)
        if kind is str:
            if value < _AFTER_MARK and value:
                fields[name] = _unmark(value)
        elif kind is dict:
            _unmark_fields(value)
        elif kind is list and value:
            fields[name] = [
                item if type(item) is str and item >= _AFTER_MARK else _unmark_element(item) for item in value
            ]


def _unmark_element(value: Any) -> Any:
    if type(value) is dict:
        _unmark_fields(value)
    return _unmark(value) if type(value) is str else value


def _unmark(value: str) -> Any:
    if not value.startswith(MARK):
        return value
    return value[1:] if value.startswith(MARK * 2) else datetime.fromisoformat(value[1:])
