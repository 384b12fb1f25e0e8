"""Values as they are stored, writes, and the store's errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Literal

from pydantic import BaseModel

from shared.errors import ServiceUnavailable

Raw = dict[str, Any]


@dataclass(frozen=True)
class Increment:
    """An atomic addition; a missing field counts as zero."""

    amount: int | float


@dataclass(frozen=True)
class Write:
    """A buffered write. `create` fails on an existing document; `merge` touches only the fields named."""

    kind: Literal["create", "put", "merge", "delete"]
    path: str
    data: Mapping[str, Any]


class AlreadyExists(Exception):
    """A `create` found a document at its path; nothing of its transaction was written."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Contention(ServiceUnavailable):
    """Other transactions kept changing what this one read (503)."""

    message = "Too many changes at once to the same data; try again"

    def __init__(self) -> None:
        super().__init__(retry_after=1)


class MissingIndex(RuntimeError):
    """The query needs a composite index that infra/firestore/indexes.json does not declare."""


def to_stored(value: Any) -> Any:  # noqa: PLR0911 - a table of types
    """The value as Firestore stores it: no dates, tuples, sets, enums or models; instants in UTC."""
    if isinstance(value, BaseModel):
        return to_stored(value.model_dump())
    if isinstance(value, Mapping):
        return {str(key): to_stored(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_stored(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(to_stored(item) for item in value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return value.isoformat()
    return value
