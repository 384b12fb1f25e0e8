"""Lists: `{"count", "next", "previous", "results"}` with an opaque cursor."""

import base64
import binascii
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from shared.errors import ValidationFailed
from shared.store import Cursor, Document, Store
from shared.store import Query as StoreQuery
from shared.store.meter import note_items
from shared.store.query import NAME

M = TypeVar("M", bound=Document)
V = TypeVar("V", bound=BaseModel)

_FORWARD, _BACKWARD = "n", "p"
_MAX_PAGES_READ = 5


class Page(BaseModel, Generic[V]):
    """One page of a list; `count` is of all pages, `next` and `previous` are URLs."""

    count: int
    next: str | None
    previous: str | None
    results: list[V]


@dataclass(frozen=True)
class PageRequest:
    """The requested part of a list."""

    url: str
    arguments: tuple[tuple[str, str], ...]
    size: int
    cursor: str | None

    def build_link(self, cursor: str) -> str:
        others = [(name, value) for name, value in self.arguments if name != "cursor"]
        return f"{self.url}?{urlencode([*others, ('cursor', cursor)])}"


def parse_page_request(
    request: Request,
    page_size: Annotated[int, Query(ge=1, le=100, description="Items on a page")] = 20,
    cursor: Annotated[
        str | None, Query(max_length=2000, description="Opaque, from `next` or `previous`")
    ] = None,
) -> PageRequest:
    """Read the size of the page and the cursor. Raises ValidationFailed."""
    base = str(request.app.state.services.settings.base_url)
    arguments = tuple(request.query_params.multi_items())
    return PageRequest(f"{base}{request.url.path}", arguments, page_size, cursor)


RequestedPage = Annotated[PageRequest, Depends(parse_page_request)]


async def get_page(
    store: Store,
    query: StoreQuery[M],
    requested: PageRequest,
    view: Callable[[M], V],
    *,
    count: int | None = None,
    keep: Callable[[M], bool] | None = None,
) -> Page[V]:
    """Read one page of the query. Costs the page, and a count where none is given.

    Where `keep` filters documents out, up to five pages are read for one. If they do not fill it, the page is
    shorter than requested, and the next one continues from there.
    """
    direction, start = _read_cursor(requested.cursor, query) if requested.cursor else (_FORWARD, None)
    forward = direction == _FORWARD
    scan = await _scan_page(store, (query if forward else query.reverse()).after(start), requested.size, keep)
    near, far = (query.get_cursor(edge) if edge else None for edge in (scan.first, scan.last))
    following = far if scan.more else None
    preceding = near if requested.cursor else None
    after, before = (following, preceding) if forward else (preceding, following)
    total = await store.count(query) if count is None else count
    return Page(
        count=total,
        next=requested.build_link(_write_cursor(_FORWARD, after)) if after else None,
        previous=requested.build_link(_write_cursor(_BACKWARD, before)) if before else None,
        results=[view(row) for row in (scan.rows if forward else scan.rows[::-1])],
    )


@dataclass(frozen=True)
class _Scan(Generic[M]):
    """The kept rows between the `first` and the `last` document; `more` when others may follow."""

    rows: list[M]
    first: M | None
    last: M | None
    more: bool


async def _scan_page(
    store: Store, query: StoreQuery[M], size: int, keep: Callable[[M], bool] | None
) -> _Scan[M]:
    rows: list[M] = []
    scanned: list[M] = []
    for _ in range(_MAX_PAGES_READ):
        found = await store.find(query.limit(size + 1))
        note_items(len(found))
        scanned += found
        rows += found if keep is None else [row for row in found if keep(row)]
        if len(rows) > size:
            return _Scan(rows[:size], scanned[0], rows[size - 1], more=True)
        if len(found) <= size:
            break
        query = query.after(query.get_cursor(found[-1]))
    first, last = (scanned[0], scanned[-1]) if scanned else (None, None)
    return _Scan(rows, first, last, more=bool(scanned) and len(found) > size)


async def get_page_of_ids(
    ids: Sequence[str], requested: PageRequest, load: Callable[[Sequence[str]], Awaitable[list[V]]]
) -> Page[V]:
    """Read one page of a list whose ids are known, in their order. Costs what `load` costs."""
    start = _read_position(requested.cursor) if requested.cursor else 0
    page_ids = ids[start : start + requested.size]
    note_items(len(page_ids))
    after, before = start + requested.size, max(0, start - requested.size)
    return Page(
        count=len(ids),
        next=requested.build_link(_write_cursor(_FORWARD, Cursor((after,), "")))
        if after < len(ids)
        else None,
        previous=requested.build_link(_write_cursor(_BACKWARD, Cursor((before,), ""))) if start else None,
        results=await load(page_ids),
    )


def build_whole_page(results: Sequence[V]) -> Page[V]:
    """Build the page of a list that is always short enough to be returned whole."""
    return Page(count=len(results), next=None, previous=None, results=list(results))


def _write_cursor(direction: str, cursor: Cursor) -> str:
    values = [{"t": v.isoformat()} if isinstance(v, datetime) else v for v in cursor.values]
    text = json.dumps([direction, values, cursor.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str, query: StoreQuery[Any]) -> tuple[str, Cursor]:
    """Parse a cursor. Raises ValidationFailed for one that `_write_cursor` did not write for this query."""
    return _parse_cursor(text, values=sum(order.field != NAME for order in query.sort_fields))


def _read_position(text: str) -> int:
    _, cursor = _parse_cursor(text, values=1)
    (position,) = cursor.values
    if type(position) is not int or not 0 <= position <= sys.maxsize:
        raise _build_cursor_error()
    return position


def _parse_cursor(text: str, *, values: int) -> tuple[str, Cursor]:
    try:
        decoded = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        direction, raw_values, document_id = decoded
        parsed = tuple(_parse_value(item) for item in raw_values)
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
        raise _build_cursor_error() from None
    if direction not in (_FORWARD, _BACKWARD) or not isinstance(document_id, str) or len(parsed) != values:
        raise _build_cursor_error()
    return direction, Cursor(parsed, document_id)


def _parse_value(item: Any) -> Any:
    if isinstance(item, dict):
        return datetime.fromisoformat(item["t"])
    if item is None or isinstance(item, (str, int, float)):
        return item
    raise ValueError("not a cursor value")


def _build_cursor_error() -> ValidationFailed:
    return ValidationFailed(
        details={"cursor": ["This is not a cursor of this list; use `next` or `previous` of a page"]}
    )
