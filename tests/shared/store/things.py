"""Documents for the store's contract tests."""

from datetime import date, datetime

from pydantic import Field

from shared.store import Collection, Document
from shared.store.indexes import Index, Indexes


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
    ),
    group_fields=frozenset({("things", "name")}),
    ttl=(("things", "at"),),
)
