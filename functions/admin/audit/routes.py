"""Routes of the audit log, for administrators."""

from datetime import date
from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from functions.admin.audit import service
from functions.admin.audit.schemas import (
    AuditEntryView,
    VerificationView,
    verification_view,
)
from functions.admin.audit.service import Kind, Span
from functions.admin.audit.verification import verify_log
from shared.audit import count_shards
from shared.store import Cost
from shared.web.access import ADMIN
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router
from shared.web.streams import await_first

router = Router(tag="audit")

_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
_OWN = "reading is recorded too: 3 reads, 3 writes"
Day = Annotated[
    date | None, Query(ge=date(1970, 1, 1), le=date(2200, 12, 31), description="A date in UTC, included")
]


@router.serve(
    "GET",
    "/api/admin/audit-logs/",
    aliases=["/api/v1/admin/audit-logs/"],
    access=ADMIN,
    cost=Cost(reads=17, writes=3, reads_per_item=3, note=f"an item is an entry; {_OWN}"),
)
async def list_audit_logs(
    caller: Caller,
    services: Provided,
    page_request: RequestedPage,
    user: Annotated[
        str | None,
        Query(
            min_length=1, max_length=200, description="An id, or `erased-…`: what this user did or underwent"
        ),
    ] = None,
    action: Annotated[str | None, Query(min_length=1, max_length=50)] = None,
    start_date: Day = None,
    end_date: Day = None,
) -> Page[AuditEntryView]:
    """List the audit log, newest first. `count` ends at 10,000. Reading it is an entry of its own."""
    return await service.list_entries(
        services,
        caller=caller,
        requested=page_request,
        user=user,
        action=action,
        span=Span(start_date, end_date),
    )


@router.serve(
    "GET",
    "/api/admin/audit-logs/export/",
    aliases=["/api/v1/admin/audit-logs/export/"],
    access=ADMIN,
    cost=Cost(reads=5, writes=3, reads_per_item=3, note=f"an item is an entry; {_OWN}"),
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file, as an attachment",
            "content": {kind: {"schema": {"type": "string"}} for kind in _TYPES.values()},
        }
    },
)
async def export_audit_logs(
    caller: Caller,
    services: Provided,
    start_date: Day = None,
    end_date: Day = None,
    kind: Annotated[Kind, Query(alias="format")] = "ndjson",
) -> StreamingResponse:
    """Export the audit log, oldest first, streamed. The export is an entry of its own."""
    span = Span(start_date, end_date)
    parts = await await_first(service.export_entries(services, caller=caller, span=span, kind=kind))
    name = f"audit-{services.clock.now():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts, media_type=_TYPES[kind], headers=headers)


@router.serve(
    "GET",
    "/api/admin/audit-logs/verify/",
    aliases=["/api/v1/admin/audit-logs/verify/"],
    access=ADMIN,
    cost=Cost(
        reads=6 + 3 * count_shards(),
        writes=3,
        reads_per_item=1,
        note=f"an item is an entry or a publication; {_OWN}",
    ),
)
async def verify_audit_logs(
    caller: Caller, services: Provided, start_date: Day = None, end_date: Day = None
) -> VerificationView:
    """Verify that no entry was changed, removed, added or moved, and name the first break.

    Without dates the whole log is walked; a long one is verified in parts.
    """
    span = Span(start_date, end_date)
    await service.record_reading(services, "audit_verify", caller, span.details)
    found = await verify_log(services, since=span.since, until=span.until)
    return verification_view(found, count_shards())
