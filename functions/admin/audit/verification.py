"""Verification: walk every chain, compare it with its head and with what was published of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from functions.admin.audit.rules import Break, Verification, Walk
from shared.audit import AuditKeys
from shared.audit.chain import START, list_shards, parse_mark, verify_publication
from shared.audit.models import AuditPublication
from shared.audit.store import HEADS, query_chain, query_last_publication, query_publications
from shared.services import Services
from shared.store import Document, Query, Store, UnreadableDocument
from shared.store.meter import note_items

M = TypeVar("M", bound=Document)

_PAGE = 500
_MAX_WALKS = 8  # at the same time
_OVERDUE_AFTER = timedelta(hours=3)


async def verify_log(
    services: Services, *, since: datetime | None = None, until: datetime | None = None
) -> Verification:
    """Verify the entries from `since` up to `until`, by the publications around them; without both, all.

    Costs 1 read for each entry and publication, and 3 for each chain.
    """
    store, keys = services.store, services.audit.keys
    base = await store.first(query_last_publication(before=since)) if since else None
    found = [each async for each in _read_pages(store, query_publications(after=base.number if base else 0))]
    result = Verification(publications=len(found))
    trusted, broken = _verify_publications(keys, base, found)
    if broken is not None:
        result.breaks.append(broken)
    last = found[-1] if found else base
    result.published_at = last.published_at if last else None
    goal = next((each for each in trusted if until is not None and each.published_at >= until), None)
    marks = trusted[: trusted.index(goal) + 1] if goal else trusted
    turns = asyncio.Semaphore(_MAX_WALKS)

    async def walk(shard: str) -> tuple[Walk, Break | None]:
        async with turns:
            state = _begin_walk(keys, shard, base, marks)
            try:
                return state, await _walk_chain(store, state, to_head=goal is None)
            except UnreadableDocument:
                return state, state.stop("changed")

    for state, stopped in await asyncio.gather(*map(walk, list_shards())):
        result.entries += state.count
        if stopped is not None:
            result.breaks.append(stopped)
    age = services.clock.now() - result.published_at if result.published_at else None
    result.is_overdue = age > _OVERDUE_AFTER if age is not None else result.entries > 0
    return result


def _verify_publications(
    keys: AuditKeys, base: AuditPublication | None, found: Sequence[AuditPublication]
) -> tuple[list[AuditPublication], Break | None]:
    """Return the publications before the first break, and the break."""
    last, trusted = base, list[AuditPublication]()
    if base is not None and not verify_publication(keys, base):
        return trusted, Break("publication_changed", base.number, after=base.published_at)
    for each in found:
        number, end = (last.number, last.hash) if last else (0, START)
        after = last.published_at if last else None
        if each.number != number + 1:
            return trusted, Break("publication_missing", number + 1, after=after)
        if each.previous != end or not verify_publication(keys, each):
            return trusted, Break("publication_changed", each.number, after=after)
        trusted.append(each)
        last = each
    return trusted, None


def _begin_walk(
    keys: AuditKeys, shard: str, base: AuditPublication | None, found: Sequence[AuditPublication]
) -> Walk:
    marks = dict(parse_mark(each.heads[shard]) for each in found if shard in each.heads)
    number, end = parse_mark(base.heads[shard]) if base and shard in base.heads else (0, START)
    if marks.get(number, end) == end:
        marks.pop(number, None)
    return Walk(keys, shard, number, end, marks)


async def _walk_chain(store: Store, walk: Walk, *, to_head: bool) -> Break | None:
    """Walk to the head, or to the last mark. Entries that are written meanwhile are walked too."""
    if not to_head:
        return await _walk_up_to(store, walk, max(walk.marks, default=0)) or (
            walk.stop("tail_cut") if walk.number < max(walk.marks, default=0) else None
        )
    ref = HEADS.doc(walk.shard)
    head = await store.get(ref)
    while True:
        stopped = await _walk_up_to(store, walk, head.number if head else None) or walk.close(head)
        if stopped is not None:
            return stopped
        extra = await store.first(query_chain(walk.shard, after=walk.number))
        if extra is None:
            return None
        current = await store.get(ref)
        if current == head:
            return walk.stop("unlinked", extra)
        head = current


async def _walk_up_to(store: Store, walk: Walk, number: int | None) -> Break | None:
    if number is not None and number <= walk.number:
        return None
    async for entry in _read_pages(store, query_chain(walk.shard, after=walk.number, up_to=number)):
        stopped = walk.take(entry)
        if stopped is not None:
            return stopped
    return None


async def _read_pages(store: Store, query: Query[M]) -> AsyncIterator[M]:
    while True:
        page = await store.find(query.limit(_PAGE))
        note_items(len(page))
        for document in page:
            yield document
        if len(page) < _PAGE:
            return
        query = query.after(query.get_cursor(page[-1]))
