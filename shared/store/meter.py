"""Counting billed store operations, so that each route's cost can be declared and tested."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """The maximal cost of a call: fixed operations, and operations for each item it handles."""

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    reads_per_item: int = 0
    writes_per_item: int = 0
    note: str = ""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            reads=self.reads + other.reads,
            writes=self.writes + other.writes,
            deletes=self.deletes + other.deletes,
            reads_per_item=max(self.reads_per_item, other.reads_per_item),
            writes_per_item=max(self.writes_per_item, other.writes_per_item),
            note="; ".join(filter(None, (self.note, other.note))),
        )

    def allows(self, spent: "Meter") -> bool:
        return (
            spent.reads <= self.reads + self.reads_per_item * spent.items
            and spent.writes <= self.writes + self.writes_per_item * spent.items
            and spent.deletes <= self.deletes + self.writes_per_item * spent.items
        )


@dataclass
class Meter:
    """The billed operations of a call; `items` is the number of items it handles (a page, a batch)."""

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    items: int = 0
    tokens: int = 0
    retries: int = 0  # operations repeated after a conflict; not part of the declared cost

    def add(self, *, reads: int = 0, writes: int = 0, deletes: int = 0) -> None:
        self.reads += reads
        self.writes += writes
        self.deletes += deletes

    def include(self, other: "Meter") -> None:
        self.add(reads=other.reads, writes=other.writes, deletes=other.deletes)
        self.items += other.items
        self.tokens += other.tokens
        self.retries += other.retries


_current: ContextVar[Meter | None] = ContextVar("meter", default=None)
_unmetered = Meter()


def get_meter() -> Meter:
    """Return the meter of the current call, or one that nobody reads."""
    return _current.get() or _unmetered


def note_items(count: int) -> None:
    """Add to the number of items that this call handles."""
    get_meter().items += count


@contextmanager
def use_meter(meter: Meter) -> Iterator[Meter]:
    """Count the operations of the block on `meter`."""
    token = _current.set(meter)
    try:
        yield meter
    finally:
        _current.reset(token)
