"""Stored values, writes, and the store's errors."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any, Literal

from pydantic import BaseModel

from shared.errors import ServiceUnavailable

Raw = dict[str, Any]

# Firestore's limits.
DOCUMENT_LIMIT_BYTES = 1_048_576
INTEGER_LIMIT = 2**63
MAX_DEPTH = 20
_MAX_NAME_BYTES = 1500

_PLAIN: frozenset[type] = frozenset({str, bool, type(None)})
_TEXT = frozenset({str})


@dataclass(frozen=True)
class Increment:
    """An atomic addition; a missing field counts as zero."""

    amount: int | float


@dataclass(frozen=True)
class Minimum:
    """An atomic lowering to `amount`, where the field is missing, no number, or above it."""

    amount: int | float


@dataclass(frozen=True)
class Write:
    """A buffered write. `create` fails on an existing document; `merge` touches only the fields named.

    A `put` with a `mask` writes only the top-level fields that it names, whole, and removes those of them
    that `data` does not have; other fields in `data` are what the document is known to hold.
    """

    kind: Literal["create", "put", "merge", "delete"]
    path: str
    data: Mapping[str, Any]
    mask: tuple[str, ...] | None = None


class AlreadyExists(Exception):
    """A `create` found a document at its path; nothing of the transaction was written."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class DocumentTooLarge(ValueError):
    """The document is larger than Firestore's 1 MiB."""


class Contention(ServiceUnavailable):
    """Other transactions kept changing documents that this one read (503)."""

    message = "Too many changes at once to the same data; try again"

    def __init__(self) -> None:
        super().__init__(retry_after=1)


class StorageUnavailable(ServiceUnavailable):
    """The disk of the embedded store is full, read-only or broken (503)."""

    message = "The storage is full or cannot be written; try again later"

    def __init__(self) -> None:
        super().__init__(retry_after=60)


class MissingIndex(RuntimeError):
    """The query needs a composite index that infra/firestore/indexes.json does not declare."""


def to_stored(value: Any, depth: int = 0) -> Any:
    """Convert a value to Firestore's types: no dates, tuples, sets, enums or models; instants in UTC.

    Raises ValueError or TypeError for values that Firestore cannot store.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    kind = type(value)
    if (convert := _CONVERSIONS.get(kind)) is not None:
        return convert(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _convert_elements(value, depth + 1)
    if kind is not dict and isinstance(value, BaseModel):
        return to_stored(_list_fields(value), depth)
    if kind is dict or isinstance(value, Mapping):
        return {
            _check_field_name(str(key)): item if type(item) in _PLAIN else to_stored(item, depth + 1)
            for key, item in value.items()
        }
    return _convert_scalar(value)


def measure_document(path: str, fields: Mapping[str, Any]) -> int:
    """Return the bytes that Firestore counts (cloud.google.com/firestore/docs/storage-size)."""
    return sum(_measure_text(name) for name in path.split("/")) + 16 + 32 + _measure(fields)


def _list_fields(model: BaseModel) -> Raw:
    """Return the model's fields and those that it was loaded with and does not know."""
    values = model.__dict__
    fields = {name: values[name] for name in _list_names(type(model))}
    return fields | unknown if (unknown := model.model_extra) else fields


def _convert_elements(value: Collection[Any], depth: int) -> list[Any]:
    if isinstance(value, (set, frozenset)):
        return sorted(to_stored(item, depth) for item in value)
    if set(map(type, value)) == _TEXT:  # the longest lists are of words
        return list(value)
    return [_check_element(to_stored(item, depth)) for item in value]


@cache
def _list_names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(model.model_fields)


def _convert_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _check_number(value)
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"cannot be stored: {type(value).__name__}")


def _check_number(value: float) -> float:
    return _check_float(value) if isinstance(value, float) else _check_integer(value)


def _check_float(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"not a finite number: {value}")
    return value


def _check_integer(value: int) -> int:
    if not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
        raise ValueError(f"does not fit in 64 bits: {value}")
    return value


def _to_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _check_amount(value: Increment | Minimum) -> Increment | Minimum:
    _check_number(value.amount)
    return value


def _keep(value: Any) -> Any:
    return value


# Nearly all values are recognised by their exact type, which is fastest.
_CONVERSIONS: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys(_PLAIN, _keep),
    int: _check_integer,
    float: _check_float,
    datetime: _to_utc,
    date: date.isoformat,
    Increment: _check_amount,
    Minimum: _check_amount,
}


def _check_element(value: Any) -> Any:
    if isinstance(value, list):
        raise ValueError("an array cannot hold an array")  # noqa: TRY004 - of the value, not of the call
    if isinstance(value, (Increment, Minimum)):
        raise TypeError(f"cannot be stored in an array: {type(value).__name__}")
    return value


@lru_cache(maxsize=4096)
def _check_field_name(name: str) -> str:
    reserved = len(name) > 3 and name.startswith("__") and name.endswith("__")
    if not name or reserved or len(name.encode()) > _MAX_NAME_BYTES:
        raise ValueError(f"not a field name: {name[:100]!r}")
    return name


def _measure(value: Any) -> int:
    if isinstance(value, str):
        return _measure_text(value)
    if isinstance(value, Mapping):
        return sum(_measure_text(name) + _measure(item) for name, item in value.items())
    if isinstance(value, list):
        return sum(_measure(item) for item in value)
    return 1 if value is None or isinstance(value, bool) else 8


def _measure_text(text: str) -> int:
    return (len(text) if text.isascii() else len(text.encode())) + 1
