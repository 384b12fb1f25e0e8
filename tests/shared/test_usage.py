"""Usage that costs money is counted to the unit, also by concurrent requests."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.errors import ApiError, QuotaExceeded, RateLimited
from shared.services import Services
from shared.settings import Settings
from shared.store import Transaction
from shared.usage import (
    Holdings,
    UsageOf,
    count_upload,
    count_webhook_send,
    release_document,
    reserve_generation,
    reserve_replacement,
    reserve_storage,
    reserve_upload,
    settle_storage,
    settle_tokens,
)

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
USAGE = UsageOf("u", NOW)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    settings = Settings(
        data_dir=tmp_path,
        rate_limit_uploads_per_hour=3,
        rate_limit_generations_per_hour=2,
        quota_documents=4,
        quota_storage_bytes=1000,
        quota_ai_tokens_per_month=100,
        rate_limit_webhook_sends_per_hour=2,
    )
    services = Services(settings)
    yield services
    await services.aclose()


async def upload(services: Services, *, size: int = 10, usage: UsageOf = USAGE) -> None:
    async def work(tx: Transaction) -> None:
        await reserve_upload(tx, usage, services.settings, size=size)

    await services.store.transact(work)


async def generate(services: Services, *, tokens: int = 0, usage: UsageOf = USAGE) -> None:
    async def work(tx: Transaction) -> None:
        await reserve_generation(tx, usage, services.settings)
        settle_tokens(tx, usage, tokens=tokens)

    await services.store.transact(work)


async def replace(services: Services, *, difference: int, usage: UsageOf = USAGE) -> None:
    async def work(tx: Transaction) -> None:
        await reserve_replacement(tx, usage, services.settings, difference=difference)

    await services.store.transact(work)


async def store_media(services: Services, *, size: int) -> None:
    async def work(tx: Transaction) -> None:
        await reserve_storage(tx, USAGE, services.settings, size=size)

    await services.store.transact(work)


async def read_holdings(services: Services) -> tuple[int, int]:
    held = await services.store.get(USAGE.holdings)
    return (held.documents, held.storage_bytes) if held else (0, 0)


async def test_uploads_beyond_the_hour_are_refused_until_the_next(services: Services) -> None:
    outcomes = await asyncio.gather(*(upload(services) for _ in range(6)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, RateLimited)]
    assert len(refused) == 3
    assert refused[0].retry_after == 1800
    await upload(services, usage=UsageOf("u", NOW + timedelta(minutes=30)))


async def test_documents_and_bytes_have_a_quota(services: Services) -> None:
    with pytest.raises(QuotaExceeded, match="bytes"):
        await upload(services, size=1001)
    for hour in range(4):
        await upload(services, usage=UsageOf("u", NOW + timedelta(hours=hour)))
    later = UsageOf("u", NOW + timedelta(days=1))
    with pytest.raises(QuotaExceeded, match="documents"):
        await upload(services, usage=later)

    async def release(tx: Transaction) -> None:
        settle_storage(tx, later, difference=5)
        release_document(tx, later, size=15)

    await services.store.transact(release)
    held = await services.store.get(USAGE.holdings)
    assert held is not None
    assert (held.documents, held.storage_bytes) == (3, 30)
    await upload(services, usage=later)


async def test_generations_and_tokens_have_their_limits(services: Services) -> None:
    await generate(services, tokens=60)
    await generate(services, tokens=40)
    with pytest.raises(RateLimited):
        await generate(services)
    with pytest.raises(QuotaExceeded) as caught:
        await generate(services, usage=UsageOf("u", NOW + timedelta(hours=1)))
    assert isinstance(caught.value, ApiError)
    await generate(services, usage=UsageOf("u", NOW + timedelta(days=31)))


async def test_the_quota_may_be_filled_to_its_last_byte_and_no_further(services: Services) -> None:
    await upload(services, size=1000)
    assert await read_holdings(services) == (1, 1000)
    for refused in (upload(services, size=1), replace(services, difference=1), store_media(services, size=1)):
        with pytest.raises(QuotaExceeded, match="bytes"):
            await refused
    assert await read_holdings(services) == (1, 1000)


async def test_a_replacement_counts_as_an_upload_and_by_its_difference_only(services: Services) -> None:
    await upload(services, size=300)
    await replace(services, difference=200)
    await replace(services, difference=-400)
    assert await read_holdings(services) == (1, 100)
    with pytest.raises(RateLimited):
        await replace(services, difference=1)
    with pytest.raises(RateLimited):
        await upload(services)


async def test_whoever_is_over_the_quota_may_replace_a_file_by_a_smaller_one(services: Services) -> None:
    """A plan may be changed for a smaller one."""
    await services.store.put(USAGE.holdings, Holdings(id="total", documents=4, storage_bytes=5000))
    await replace(services, difference=-100)
    await replace(services, difference=0)
    assert await read_holdings(services) == (4, 4900)
    with pytest.raises(QuotaExceeded, match="bytes"):
        await replace(services, difference=1)


async def test_media_count_as_bytes_and_not_as_documents(services: Services) -> None:
    await store_media(services, size=600)
    await store_media(services, size=400)
    assert await read_holdings(services) == (0, 1000)


async def test_uploads_that_become_no_document_count_by_the_hour(services: Services) -> None:
    async def work(tx: Transaction) -> None:
        await count_upload(tx, USAGE, services.settings)

    for _ in range(3):
        await services.store.transact(work)
    with pytest.raises(RateLimited):
        await services.store.transact(work)
    assert await read_holdings(services) == (0, 0)


async def test_webhook_deliveries_on_demand_count_by_the_hour(services: Services) -> None:
    async def send(usage: UsageOf) -> None:
        await services.store.transact(lambda tx: count_webhook_send(tx, usage, services.settings))

    outcomes = await asyncio.gather(*(send(USAGE) for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in outcomes].count(RateLimited) == 3
    await send(UsageOf("u", NOW + timedelta(minutes=30)))
    await send(UsageOf("another", NOW))
