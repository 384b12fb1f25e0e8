"""Documents for the store's contract tests."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from shared.store import Collection, Document
from shared.store.backend import Backend, Reader
from shared.store.indexes import Index, Indexes
from shared.store.values import Write


class Thing(Document):
    name: str = ""
    group: str = "a"
    size: int | None = 0
    weight: float = 0.0
    ready: bool = False
    on: date | None = None
    at: datetime | None = None
    tags: tuple[str, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)


THINGS = Collection("users/{user}/things", Thing)
PARTS = Collection("users/{user}/things/{thing}/parts", Thing)

ASC, DESC = "ASCENDING", "DESCENDING"
INDEXES = Indexes(
    composite=(
        Index("things", (("group", ASC), ("size", ASC))),
        Index("things", (("tags", "CONTAINS"), ("size", ASC))),
        Index("things", (("group", ASC), ("name", DESC))),
        Index("things", (("size", ASC), ("name", DESC))),
        Index("things", (("size", ASC), ("weight", ASC))),
        Index("things", (("group", ASC), ("size", DESC), ("name", ASC))),
        Index("things", (("group", ASC), ("name", ASC), ("size", ASC), ("weight", ASC))),
        Index("outbox", (("shard", ASC), ("due_at", ASC))),
    ),
    group_fields=frozenset({("things", "name")}),
    ttl=(("things", "at"),),
    exempt=frozenset({("things", "notes")}),
)


async def write(
    backend: Backend, *writes: tuple[Literal["create", "put", "merge", "delete"], str, Mapping[str, Any]]
) -> None:
    """Write raw fields, all or nothing."""

    async def work(_: Reader) -> tuple[None, list[Write]]:
        return None, [Write(kind, path, fields) for kind, path, fields in writes]

    await backend.transact(work)
