"""Verification of one chain, entry by entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from shared.audit import AuditEntry, AuditKeys
from shared.audit.chain import START, verify_entry, verify_head
from shared.audit.models import AuditHead

Reason = Literal[
    "changed",
    "missing",
    "repeated",
    "rewritten",
    "tail_cut",
    "unlinked",
    "head_missing",
    "head_changed",
    "publication_changed",
    "publication_missing",
]


@dataclass(frozen=True)
class Break:
    """The first broken place of a chain; `after` is the time of the last entry before it."""

    reason: Reason
    number: int
    shard: str | None = None
    entry: str | None = None
    after: datetime | None = None


@dataclass
class Verification:
    """The result: `first_break` is the earliest of the breaks, None where every chain is whole."""

    entries: int = 0
    publications: int = 0
    published_at: datetime | None = None
    is_overdue: bool = False
    breaks: list[Break] = field(default_factory=list)

    @property
    def first_break(self) -> Break | None:
        """The earliest break, of publications first, then by the last entry before it."""
        start = datetime.min.replace(tzinfo=UTC)
        return min(
            self.breaks,
            key=lambda found: (found.shard is not None, found.after or start),
            default=None,
        )


@dataclass
class Walk:
    """The state of walking a chain; `marks` are published hashes by number."""

    keys: AuditKeys
    shard: str
    number: int = 0
    end: str = START
    marks: Mapping[int, str] = field(default_factory=dict)
    count: int = 0
    after: datetime | None = None

    def take(self, entry: AuditEntry) -> Break | None:
        """Verify the next entry and step over it."""
        expected = self.number + 1
        if entry.number > expected:
            return self.stop("missing")
        if entry.number < expected:
            return self.stop("repeated", entry)
        if not verify_entry(self.keys, entry, self.end):
            return self.stop("changed", entry)
        if self.marks.get(entry.number, entry.hash) != entry.hash:
            return self.stop("rewritten", entry)
        self.number, self.end, self.after = entry.number, entry.hash, entry.created_at
        self.count += 1
        return None

    def close(self, head: AuditHead | None) -> Break | None:
        """Verify the head against the last entry."""
        if max(self.marks, default=0) > self.number:
            return self.stop("tail_cut")
        if head is None:
            return self.stop("head_missing") if self.number else None
        if not verify_head(self.keys, head):
            return self.stop("head_changed")
        if head.number > self.number:
            return self.stop("tail_cut")
        return None if (head.number, head.hash) == (self.number, self.end) else self.stop("head_changed")

    def stop(self, reason: Reason, entry: AuditEntry | None = None) -> Break:
        """Describe a break at the next entry."""
        return Break(reason, self.number + 1, self.shard, entry.id if entry else None, self.after)
