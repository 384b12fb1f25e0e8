"""Use cases of reading the log. Each is an entry of the log itself."""

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from functions.admin.audit.schemas import COLUMNS, ERASED, AuditEntryView, audit_entry_view
from shared.audit import Action, AuditEntry
from shared.audit.models import AuditPerson, Detail
from shared.audit.store import find_people, person_ref, query_entries
from shared.identity import Principal
from shared.services import Services
from shared.store import Transaction
from shared.store.documents import check_id
from shared.store.meter import note_items
from shared.web.pages import Page, PageRequest, get_page

Kind = Literal["ndjson", "csv"]
MAX_COUNT = 10_000  # entries counted for a list: 10 reads
_NOBODY = "nobody"  # no pseudonym
_BATCH = 200
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Span:
    """The days of a request, in UTC, both included."""

    start: date | None = None
    end: date | None = None

    @property
    def since(self) -> datetime | None:
        """The instant at which the first day begins."""
        return _begin_day(self.start) if self.start else None

    @property
    def until(self) -> datetime | None:
        """The instant at which the last day has ended."""
        return _begin_day(self.end + timedelta(days=1)) if self.end else None

    @property
    def details(self) -> dict[str, Detail]:
        """The days as details of an entry."""
        return {
            "start_date": self.start.isoformat() if self.start else None,
            "end_date": self.end.isoformat() if self.end else None,
        }


async def list_entries(
    services: Services,
    *,
    caller: Principal,
    requested: PageRequest,
    user: str | None,
    action: str | None,
    span: Span,
) -> Page[AuditEntryView]:
    """List entries, newest first, and record that they were read."""
    person = await _find_person(services, user) if user else None
    query = query_entries(
        person=_get_pseudonym(user, person), action=action, since=span.since, until=span.until
    )
    count = await services.store.count(query.limit(MAX_COUNT))
    page = await get_page(services.store, query, requested, _pass, count=count)
    views = await _show_entries(services, page.results)
    details = {**span.details, "filter_action": action, "entries": len(views)}
    await record_reading(services, "audit_read", caller, details, subject=person.user if person else None)
    return Page(count=page.count, next=page.next, previous=page.previous, results=views)


async def record_reading(
    services: Services,
    action: Action,
    caller: Principal,
    details: dict[str, Detail],
    *,
    subject: str | None = None,
) -> None:
    """Record that the log was read. Costs 3 reads, 3 writes."""

    async def work(tx: Transaction) -> None:
        await services.audit.record(
            tx, action, actor=caller.user_id, subject=subject, resource="audit_logs", details=details
        )

    await services.store.transact(work)


async def export_entries(
    services: Services, *, caller: Principal, span: Span, kind: Kind
) -> AsyncIterator[bytes]:
    """Record the export, then yield its entries, oldest first. Costs 3 reads for an entry at most."""
    await record_reading(services, "audit_export", caller, {**span.details, "format": kind})
    yield _format_rows([COLUMNS]) if kind == "csv" else b""
    query = query_entries(since=span.since, until=span.until, descending=False).limit(_BATCH)
    while batch := await services.store.find(query):
        note_items(len(batch))
        views = await _show_entries(services, batch)
        yield _format_csv(views) if kind == "csv" else _format_ndjson(views)
        query = query.after(query.get_cursor(batch[-1]))


async def _find_person(services: Services, user: str) -> AuditPerson | None:
    """Find a user's pseudonym. Raises NotFound for an id that nobody can have."""
    return await services.store.get(person_ref(check_id(user))) if not user.startswith(ERASED) else None


def _get_pseudonym(user: str | None, person: AuditPerson | None) -> str | None:
    if user is None or person is not None:
        return person.pseudonym if person else None
    return user.removeprefix(ERASED) if user.startswith(ERASED) else _NOBODY


async def _show_entries(services: Services, entries: Sequence[AuditEntry]) -> list[AuditEntryView]:
    people = await find_people(services.store, [person for entry in entries for person in entry.people])
    return [audit_entry_view(entry, people) for entry in entries]


def _format_ndjson(views: Sequence[AuditEntryView]) -> bytes:
    return "".join(f"{view.model_dump_json()}\n" for view in views).encode()


def _format_csv(views: Sequence[AuditEntryView]) -> bytes:
    rows = []
    for view in views:
        fields = view.model_dump(mode="json")
        fields["details"] = json.dumps(fields["details"], ensure_ascii=False)
        rows.append(["" if fields[name] is None else _guard_cell(str(fields[name])) for name in COLUMNS])
    return _format_rows(rows)


def _format_rows(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _guard_cell(text: str) -> str:
    """Keep a spreadsheet from taking a client's text for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _pass(entry: AuditEntry) -> AuditEntry:
    return entry


def _begin_day(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
