"""Verification finds every change of the stored log, and names the place."""

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from functions.admin.audit.publishing import publish_heads
from functions.admin.audit.service import Span
from functions.admin.audit.verification import verify_log
from shared.audit.store import HEADS, PUBLICATIONS
from shared.services import Services
from shared.store import Transaction
from tests.functions.admin.audit.tampering import choose_tampering, snapshot, store
from tests.stack import Stack, running

ENTRIES = 500
TAMPERINGS = 500


async def write_entries(services: Services, number: int, *, users: int = 40) -> None:
    """Write entries of several users, four in a transaction."""
    rng = random.Random(number)

    async def work(tx: Transaction) -> None:
        for _ in range(4):
            actor, subject = (f"user-{rng.randrange(users)}" for _ in range(2))
            await services.audit.record(
                tx, "role_change", actor=actor, subject=subject, details={"role": "teacher", "n": 1}
            )

    for _ in range(number // 4):
        await services.store.transact(work)


@pytest.mark.slow
async def test_five_hundred_of_five_hundred_tamperings_are_found(tmp_path: Path) -> None:
    rng, missed, kinds = random.Random(7), list[str](), Counter[str]()
    async with running(tmp_path) as stack:
        services = stack.services
        await write_entries(services, 252)
        earlier = (await snapshot(services)).documents
        await write_entries(services, ENTRIES - 252 - 4)
        await publish_heads(services)
        await write_entries(services, 4)
        log = await snapshot(services)
        log.earlier_heads = {path: raw for path, raw in earlier.items() if path.startswith("audit_heads")}
        clean = await verify_log(services)
        assert (clean.first_break, clean.entries) == (None, ENTRIES)
        for _ in range(TAMPERINGS):
            tampering = choose_tampering(log, rng)
            kinds[tampering.name.split(maxsplit=1)[0]] += 1
            await store(services, tampering.changed)
            broken = {found.shard for found in (await verify_log(services)).breaks}
            if not broken or not broken <= tampering.shards:
                missed.append(f"{tampering.name}: {broken} of {tampering.shards}")
            await store(services, {path: log.documents.get(path) for path in tampering.changed})
        assert missed == []
        assert min(kinds.values()) > 20, kinds
        assert (await verify_log(services)).first_break is None


async def test_a_cut_up_to_an_earlier_head_is_found_once_the_heads_are_published(stack: Stack) -> None:
    services = stack.services
    await write_entries(services, 8, users=1)
    earlier = (await snapshot(services)).documents
    await write_entries(services, 4, users=1)
    await publish_heads(services)
    now = (await snapshot(services)).documents
    lost = {path: earlier.get(path) for path in now if path.startswith(("audit_entries", "audit_heads"))}
    await store(services, lost)
    found = (await verify_log(services)).first_break
    assert found is not None
    assert (found.reason, found.number) == ("tail_cut", 9)


async def test_publications_are_a_chain_themselves(stack: Stack) -> None:
    services = stack.services
    for _ in range(4):
        await write_entries(services, 4)
        await publish_heads(services)
        stack.clock.advance(timedelta(hours=1))
    assert (await verify_log(services)).publications == 4
    ref = PUBLICATIONS.doc("0000000002")
    second = await services.store.get(ref)
    assert second is not None
    await services.store.merge(ref, {"heads": {**second.heads, "00": "7:0"}})
    found = (await verify_log(services)).first_break
    assert found is not None
    assert (found.reason, found.number) == ("publication_changed", 2)
    await services.store.delete(ref)
    found = (await verify_log(services)).first_break
    assert found is not None
    assert (found.reason, found.number) == ("publication_missing", 2)


async def test_a_range_of_days_is_verified_from_publication_to_publication(stack: Stack) -> None:
    services = stack.services
    for _ in range(5):  # on five days
        await write_entries(services, 20, users=4)
        await publish_heads(services)
        await stack.advance(days=1)
    day = Span(date(2026, 3, 3), date(2026, 3, 4))
    part = await verify_log(services, since=day.since, until=day.until)
    assert part.first_break is None
    assert 40 <= part.entries < 80
    log = await snapshot(services)
    shard = log.shards[0]
    await store(services, {log.chain(shard)[-1]: None})  # of the last day
    assert (await verify_log(services, since=day.since, until=day.until)).first_break is None
    after = await verify_log(services, since=Span(date(2026, 3, 4)).since)
    assert after.first_break is not None
    assert after.first_break.shard == shard


async def test_a_publication_that_is_overdue_is_told(stack: Stack) -> None:
    services = stack.services
    assert not (await verify_log(services)).is_overdue
    await write_entries(services, 4)
    assert (await verify_log(services)).is_overdue
    await publish_heads(services)
    assert not (await verify_log(services)).is_overdue
    await stack.advance(hours=4)
    assert (await verify_log(services)).is_overdue
    assert await services.store.find(HEADS.query())
