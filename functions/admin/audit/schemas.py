"""Public answers of the audit log."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from functions.admin.audit.rules import Break, Reason, Verification
from shared.audit import AuditEntry, Origin
from shared.audit.models import AuditPerson, Detail
from shared.audit.people import decrypt_origin
from shared.web.schemas import Instant

ERASED = "erased-"
COLUMNS = (
    "id",
    "user",
    "action",
    "resource",
    "resource_id",
    "ip_address",
    "user_agent",
    "success",
    "created_at",
    "details",
)


class AuditEntryView(BaseModel):
    """An entry. `user` is null for callers without an account, and `erased-…` once the account is erased.

    With the account go `ip_address` and `user_agent`. `resource_id` is the user where the action concerns
    another one than `user`.
    """

    id: str
    user: str | None
    action: str
    resource: str
    resource_id: str | None
    ip_address: str | None
    user_agent: str | None
    success: bool
    created_at: Instant
    details: dict[str, Detail]


class BreakView(BaseModel):
    """The first broken place: `number` in the chain `shard`, or of a publication where that is null.

    `day` is of the last entry before it.
    """

    reason: Reason
    shard: str | None
    number: int
    entry: str | None
    day: str | None


class VerificationView(BaseModel):
    """The result of a verification. `broken` counts the chains with a break.

    `publication_overdue` tells that the hourly publication of heads has not run for three hours: until it
    does, a cut of the newest entries by somebody who can restore an older head is not found.
    """

    valid: bool
    entries: int
    shards: int
    publications: int
    published_at: Instant | None
    publication_overdue: bool
    broken: int
    first_break: BreakView | None


def audit_entry_view(entry: AuditEntry, people: Mapping[str, AuditPerson]) -> AuditEntryView:
    """Show an entry with the names that `people` has."""
    doer = people.get(entry.actor or "")
    origin = decrypt_origin(doer, entry.origin) if doer and entry.origin else Origin()
    return AuditEntryView(
        user=_name_person(entry.actor, people),
        resource_id=_name_person(entry.subject, people) or entry.resource_id,
        ip_address=origin.address or None,
        user_agent=origin.user_agent or None,
        **entry.model_dump(include={"id", "action", "resource", "success", "created_at", "details"}),
    )


def verification_view(found: Verification, shards: int) -> VerificationView:
    """Show the result of a verification."""
    first = found.first_break
    return VerificationView(
        valid=first is None,
        entries=found.entries,
        shards=shards,
        publications=found.publications,
        published_at=found.published_at,
        publication_overdue=found.is_overdue,
        broken=len(found.breaks),
        first_break=_break_view(first) if first else None,
    )


def _break_view(found: Break) -> BreakView:
    return BreakView(
        reason=found.reason,
        shard=found.shard,
        number=found.number,
        entry=found.entry,
        day=_format_day(found.after),
    )


def _format_day(value: datetime | None) -> str | None:
    return f"{value:%Y-%m-%d}" if value else None


def _name_person(pseudonym: str | None, people: Mapping[str, AuditPerson]) -> str | None:
    if pseudonym is None:
        return None
    person = people.get(pseudonym)
    return person.user if person else f"{ERASED}{pseudonym}"
