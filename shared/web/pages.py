"""Lists: `{"count", "next", "previous", "results"}` with an opaque cursor."""

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from shared.settings import Settings
from shared.store import Cursor, Document, Store
from shared.store import Query as StoreQuery
from shared.store.meter import note_items
from shared.web.cursors import BACKWARD, FORWARD, read_cursor, write_cursor

M = TypeVar("M", bound=Document)
V = TypeVar("V", bound=BaseModel)

_KNOWN_IDS = "ids"  # the scope of lists whose ids are known
_DIGEST_BYTES = 5
_END = Cursor((), "")  # of the list, in either direction
_MAX_PAGES_READ = 5


class Page(BaseModel, Generic[V]):
    """One page of a list; `count` is of all pages, `next` and `previous` are URLs."""

    count: int
    next: str | None
    previous: str | None
    results: list[V]


@dataclass(frozen=True)
class PageRequest:
    """The requested part of a list; `key` signs its cursors."""

    url: str
    arguments: tuple[tuple[str, str], ...]
    size: int
    cursor: str | None
    key: bytes = field(repr=False)

    def build_link(self, scope: str, direction: str, cursor: Cursor) -> str:
        """Build the link to the page before or after the cursor."""
        text = write_cursor(cursor, direction, scope=scope, key=self.key)
        others = [(name, value) for name, value in self.arguments if name != "cursor"]
        return f"{self.url}?{urlencode([*others, ('cursor', text)])}"

    def read_cursor(self, scope: str) -> tuple[str, Cursor] | None:
        """Read the direction and the cursor. Raises ValidationFailed for a cursor of another list."""
        return read_cursor(self.cursor, scope=scope, key=self.key) if self.cursor else None


async def parse_page_request(
    request: Request,
    page_size: Annotated[int, Query(ge=1, le=100, description="Items on a page")] = 20,
    cursor: Annotated[
        str | None, Query(max_length=6000, description="Opaque, from `next` or `previous`")
    ] = None,
) -> PageRequest:
    """Read the size of the page and the cursor. Raises ValidationFailed."""
    settings: Settings = request.app.state.services.settings
    arguments = tuple(request.query_params.multi_items())
    key = settings.jwt_secret.get_secret_value().encode()
    return PageRequest(f"{settings.base_url}{request.url.path}", arguments, page_size, cursor, key)


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
    shorter than requested, and the next one continues from there; a count of several pages may be too high.
    """
    scope = ",".join([query.collection, *(order.field for order in query.sort_fields)])
    direction, start = requested.read_cursor(scope) or (FORWARD, _END)
    forward = direction == FORWARD
    ordered = (query if forward else query.reverse()).after(None if start == _END else start)
    scan = await _scan_page(store, ordered, requested.size, keep)
    near, far = (query.get_cursor(edge) if edge else _END for edge in (scan.first, scan.last))
    following = far if scan.more else None
    # Of a page that was emptied meanwhile, the way back leads to the end of the list.
    preceding = near if start != _END else None
    after, before = (following, preceding) if forward else (preceding, following)
    if forward and start == _END and not scan.more:
        total = len(scan.rows)  # the whole list: exact, whatever `keep` left out
    else:
        total = await store.count(query) if count is None else count
    return Page(
        count=total,
        next=requested.build_link(scope, FORWARD, after) if after else None,
        previous=requested.build_link(scope, BACKWARD, before) if before else None,
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
    """Read one page of a list whose ids are known, in their order. Costs what `load` costs.

    The cursor remembers the items before it, by digests of their ids, so that whatever is deleted, added or
    moved meanwhile, no item is skipped or comes twice. For lists of a few hundred ids.
    """
    direction, cursor = requested.read_cursor(_KNOWN_IDS) or (FORWARD, Cursor(("",), ""))
    seen = _read_digests(cursor)
    before = [each for each in ids if _digest(each) in seen]
    after = [each for each in ids if _digest(each) not in seen]
    if direction == FORWARD:
        page_ids, after = after[: requested.size], after[requested.size :]
    else:
        start = max(0, len(before) - requested.size)
        before, page_ids = before[:start], before[start:]
    note_items(len(page_ids))
    return Page(
        count=len(ids),
        next=requested.build_link(_KNOWN_IDS, FORWARD, _remember(before + page_ids)) if after else None,
        previous=requested.build_link(_KNOWN_IDS, BACKWARD, _remember(before)) if before else None,
        results=await load(page_ids),
    )


def _digest(item_id: str) -> bytes:
    """Return 40 bits: among 500 ids two are alike once in ten million lists."""
    return blake2b(item_id.encode(), digest_size=_DIGEST_BYTES).digest()


def _remember(ids: Sequence[str]) -> Cursor:
    return Cursor((b64encode(b"".join(map(_digest, ids))).decode("ascii"),), "")


def _read_digests(cursor: Cursor) -> set[bytes]:
    joined = b64decode(cursor.values[0])
    return {joined[start : start + _DIGEST_BYTES] for start in range(0, len(joined), _DIGEST_BYTES)}


def build_whole_page(results: Sequence[V]) -> Page[V]:
    """Build the page of a list that is always short enough to be returned whole."""
    return Page(count=len(results), next=None, previous=None, results=list(results))
