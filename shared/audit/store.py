"""Collections and queries of the audit log."""

from collections.abc import Iterable
from datetime import datetime

from shared.audit.models import AuditEntry, AuditHead, AuditPerson, AuditPublication
from shared.store import Collection, Query, Ref, Store

ENTRIES = Collection("audit_entries", AuditEntry)
HEADS = Collection("audit_heads", AuditHead)
PUBLICATIONS = Collection("audit_publications", AuditPublication)
PEOPLE = Collection("users/{user}/audit_people", AuditPerson)

_CURRENT = "current"
_MAX_ALTERNATIVES = 30  # of an `in` filter


def person_ref(user_id: str) -> Ref[AuditPerson]:
    """Return the pseudonym of a user."""
    return PEOPLE.doc(_CURRENT, user=user_id)


async def find_people(store: Store, pseudonyms: Iterable[str]) -> dict[str, AuditPerson]:
    """Find who the pseudonyms stand for, erased accounts aside. Costs 1 read each, at least 1 for 30."""
    unique = sorted(set(pseudonyms))
    found: dict[str, AuditPerson] = {}
    for start in range(0, len(unique), _MAX_ALTERNATIVES):
        part = unique[start : start + _MAX_ALTERNATIVES]
        query = PEOPLE.query_everywhere().where("pseudonym", "in", part)
        found |= {person.pseudonym: person for person in await store.find(query)}
    return found


def query_entries(
    *,
    person: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    descending: bool = True,
) -> Query[AuditEntry]:
    """Select entries by pseudonym and action, from `since` up to and without `until`, by time."""
    query = ENTRIES.query().order_by("created_at", descending=descending)
    if person is not None:
        query = query.where("people", "array_contains", person)
    if action is not None:
        query = query.where("action", "==", action)
    if since is not None:
        query = query.where("created_at", ">=", since)
    if until is not None:
        query = query.where("created_at", "<", until)
    return query


def query_chain(shard: str, *, after: int, up_to: int | None = None) -> Query[AuditEntry]:
    """Select the entries of a chain behind the number `after`, in order."""
    query = ENTRIES.query().where("shard", "==", shard).where("number", ">", after)
    if up_to is not None:
        query = query.where("number", "<=", up_to)
    return query.order_by("number")


def query_publications(*, after: int) -> Query[AuditPublication]:
    """Select the publications behind the number `after`, in order."""
    return PUBLICATIONS.query().where("number", ">", after).order_by("number")


def query_last_publication(*, before: datetime | None = None) -> Query[AuditPublication]:
    """Select the last publication, or the last one before an instant."""
    query = PUBLICATIONS.query().order_by("published_at", descending=True)
    if before is not None:
        query = query.where("published_at", "<", before)
    return query.limit(1)
