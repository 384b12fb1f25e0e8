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
    UsageOf,
    release_document,
    reserve_generation,
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
