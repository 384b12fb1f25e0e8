"""Lists: `{"count", "next", "previous", "results"}` with an opaque cursor."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
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


class Page(BaseModel, Generic[V]):
    count: int
    next: str | None
    previous: str | None
    results: list[V]


@dataclass(frozen=True)
class PageRequest:
    """The part of a list that was asked for."""

    url: str
    arguments: tuple[tuple[str, str], ...]
    size: int
    cursor: str | None

    def link(self, cursor: str) -> str:
        kept = [(name, value) for name, value in self.arguments if name != "cursor"]
        return f"{self.url}?{urlencode([*kept, ('cursor', cursor)])}"


def page_request(
    request: Request,
    page_size: Annotated[int, Query(ge=1, le=100, description="Items on a page")] = 20,
    cursor: Annotated[
        str | None, Query(max_length=2000, description="Opaque, from `next` or `previous`")
    ] = None,
) -> PageRequest:
    base = str(request.app.state.services.settings.base_url)
    arguments = tuple(request.query_params.multi_items())
    return PageRequest(f"{base}{request.url.path}", arguments, page_size, cursor)


AskedPage = Annotated[PageRequest, Depends(page_request)]


async def page(
    store: Store,
    query: StoreQuery[M],
    asked: PageRequest,
    view: Callable[[M], V],
    *,
    count: int | None = None,
) -> Page[V]:
    """One page of the query, newest cursor rules: costs the page, and a count where none is given."""
    direction, start = _read_cursor(asked.cursor, query) if asked.cursor else (_FORWARD, None)
    ordered = query if direction == _FORWARD else query.reversed()
    found = await store.find(ordered.after(start).limit(asked.size + 1))
    more, rows = len(found) > asked.size, found[: asked.size]
    note_items(len(found))
    if direction == _BACKWARD:
        rows = rows[::-1]
    has_next = more if direction == _FORWARD else True
    has_previous = asked.cursor is not None if direction == _FORWARD else more
    total = await store.count(query) if count is None else count
    return Page(
        count=total,
        next=asked.link(_write_cursor(_FORWARD, query.cursor_of(rows[-1]))) if rows and has_next else None,
        previous=asked.link(_write_cursor(_BACKWARD, query.cursor_of(rows[0])))
        if rows and has_previous
        else None,
        results=[view(row) for row in rows],
    )


def one_page(results: Sequence[V]) -> Page[V]:
    """A list that is always short enough to be given whole."""
    return Page(count=len(results), next=None, previous=None, results=list(results))


def _write_cursor(direction: str, cursor: Cursor) -> str:
    values = [{"t": v.isoformat()} if isinstance(v, datetime) else v for v in cursor.values]
    text = json.dumps([direction, values, cursor.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str, query: StoreQuery[Any]) -> tuple[str, Cursor]:
    """Raises ValidationFailed for anything that `_write_cursor` did not write for such a query."""
    try:
        decoded = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        direction, values, document_id = decoded
        parsed = tuple(_value(item) for item in values)
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
        raise _bad_cursor() from None
    expected = sum(order.field != NAME for order in query.sort_fields)
    if direction not in (_FORWARD, _BACKWARD) or not isinstance(document_id, str) or len(parsed) != expected:
        raise _bad_cursor()
    return direction, Cursor(parsed, document_id)


def _value(item: Any) -> Any:
    if isinstance(item, dict):
        return datetime.fromisoformat(item["t"])
    if item is None or isinstance(item, (str, int, float)):
        return item
    raise ValueError("not a cursor value")


def _bad_cursor() -> ValidationFailed:
    return ValidationFailed(details={"cursor": ["Not a cursor of this list"]})
