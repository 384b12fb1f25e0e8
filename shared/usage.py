"""Exact counts of what costs money: uploads and generations per hour, tokens per month, documents, bytes.

Reserved in the transaction that starts the work; settled when the actual amount is known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import QuotaExceeded, RateLimited
from shared.settings import Settings
from shared.store import Collection, Document, Increment, Ref, Store, Transaction


class HourlyUsage(Document):
    """The uploads, generations, and webhook deliveries on demand of a user in one hour."""

    uploads: int = 0
    generations: int = 0
    webhook_sends: int = 0
    expires_at: datetime


class MonthlyUsage(Document):
    """The AI tokens and generations of a user in one month."""

    ai_tokens: int = 0
    generations: int = 0


class Holdings(Document):
    """The totals of a user; `storage_bytes` counts originals of documents and media of flashcards."""

    documents: int = 0
    storage_bytes: int = 0


HOURLY = Collection("users/{user}/usage_hours", HourlyUsage)
MONTHLY = Collection("users/{user}/usage_months", MonthlyUsage)
HOLDINGS = Collection("users/{user}/holdings", Holdings)


@dataclass(frozen=True)
class UsageOf:
    """The counters of one user at one instant."""

    user_id: str
    now: datetime

    @property
    def hour(self) -> Ref[HourlyUsage]:
        return HOURLY.doc(self.now.strftime("%Y-%m-%dT%H"), user=self.user_id)

    @property
    def month(self) -> Ref[MonthlyUsage]:
        return MONTHLY.doc(self.now.strftime("%Y-%m"), user=self.user_id)

    @property
    def holdings(self) -> Ref[Holdings]:
        return HOLDINGS.doc("total", user=self.user_id)


async def reserve_upload(tx: Transaction, usage: UsageOf, settings: Settings, *, size: int) -> None:
    """Count one upload of `size` bytes. Costs 2 reads, 2 writes. Raises RateLimited, QuotaExceeded."""
    hour, held = await tx.get(usage.hour), await tx.get(usage.holdings)
    _check_upload_rate(usage, settings, hour)
    held = held or Holdings(id="total")
    if held.documents >= settings.quota_documents:
        raise QuotaExceeded(
            f"Your plan includes at most {settings.quota_documents:,} documents; delete some to upload more"
        )
    _check_storage(settings, held, added=size)
    tx.merge(usage.hour, {"uploads": Increment(1), "expires_at": usage.now + timedelta(days=2)})
    tx.merge(usage.holdings, {"documents": Increment(1), "storage_bytes": Increment(size)})


async def reserve_replacement(
    tx: Transaction, usage: UsageOf, settings: Settings, *, difference: int
) -> None:
    """Count an upload that replaces a file and takes `difference` bytes more. Costs 2 reads, 2 writes.

    Raises RateLimited, QuotaExceeded.
    """
    hour, held = await tx.get(usage.hour), await tx.get(usage.holdings)
    _check_upload_rate(usage, settings, hour)
    _check_storage(settings, held or Holdings(id="total"), added=difference)
    tx.merge(usage.hour, {"uploads": Increment(1), "expires_at": usage.now + timedelta(days=2)})
    tx.merge(usage.holdings, {"storage_bytes": Increment(difference)})


async def count_upload(tx: Transaction, usage: UsageOf, settings: Settings) -> None:
    """Count an upload that does not become a document. Costs 1 read, 1 write. Raises RateLimited."""
    _check_upload_rate(usage, settings, await tx.get(usage.hour))
    tx.merge(usage.hour, {"uploads": Increment(1), "expires_at": usage.now + timedelta(days=2)})


async def count_webhook_send(tx: Transaction, usage: UsageOf, settings: Settings) -> None:
    """Count a webhook delivery that the user asked for. Costs 1 read, 1 write. Raises RateLimited."""
    hour = await tx.get(usage.hour)
    if hour is not None and hour.webhook_sends >= settings.rate_limit_webhook_sends_per_hour:
        raise RateLimited(
            "Too many test events and redeliveries this hour; try again in the next",
            retry_after=_seconds_to_next_hour(usage.now),
        )
    tx.merge(usage.hour, {"webhook_sends": Increment(1), "expires_at": usage.now + timedelta(days=2)})


async def reserve_storage(tx: Transaction, usage: UsageOf, settings: Settings, *, size: int) -> None:
    """Count bytes outside documents. Costs 1 read, 1 write. Raises QuotaExceeded."""
    held = await tx.get(usage.holdings)
    _check_storage(settings, held or Holdings(id="total"), added=size)
    settle_storage(tx, usage, difference=size)


async def get_storage_room(reads: Store | Transaction, usage: UsageOf, settings: Settings) -> int:
    """Return the bytes that the plan still has room for. Costs 1 read."""
    held = await reads.get(usage.holdings) or Holdings(id="total")
    return max(0, settings.quota_storage_bytes - held.storage_bytes)


def build_storage_error(settings: Settings) -> QuotaExceeded:
    """Return the error for bytes that the plan has no room for."""
    return QuotaExceeded(
        f"Your plan includes at most {settings.quota_storage_bytes:,} bytes; delete some to add more"
    )


def settle_storage(tx: Transaction, usage: UsageOf, *, difference: int) -> None:
    """Correct the reserved bytes once the actual size is known. Costs 1 write."""
    tx.merge(usage.holdings, {"storage_bytes": Increment(difference)})


def release_document(tx: Transaction, usage: UsageOf, *, size: int) -> None:
    """Give back the quota of a deleted document. Costs 1 write."""
    tx.merge(usage.holdings, {"documents": Increment(-1), "storage_bytes": Increment(-size)})


async def reserve_generation(tx: Transaction, usage: UsageOf, settings: Settings) -> None:
    """Count one AI generation. Costs 2 reads, 2 writes. Raises RateLimited, QuotaExceeded."""
    hour, month = await tx.get(usage.hour), await tx.get(usage.month)
    if hour is not None and hour.generations >= settings.rate_limit_generations_per_hour:
        raise RateLimited(
            "Too many generations this hour; try again in the next",
            retry_after=_seconds_to_next_hour(usage.now),
        )
    if month is not None and month.ai_tokens >= settings.quota_ai_tokens_per_month:
        raise QuotaExceeded("The AI tokens of your plan for this month are used up")
    tx.merge(usage.hour, {"generations": Increment(1), "expires_at": usage.now + timedelta(days=2)})
    tx.merge(usage.month, {"generations": Increment(1)})


def settle_tokens(tx: Transaction, usage: UsageOf, *, tokens: int) -> None:
    """Count the tokens of a generation, in the transaction that stores its result. Costs 1 write."""
    if tokens:
        tx.merge(usage.month, {"ai_tokens": Increment(tokens)})


def _check_upload_rate(usage: UsageOf, settings: Settings, hour: HourlyUsage | None) -> None:
    if hour is not None and hour.uploads >= settings.rate_limit_uploads_per_hour:
        raise RateLimited(
            "Too many uploads this hour; try again in the next", retry_after=_seconds_to_next_hour(usage.now)
        )


def _check_storage(settings: Settings, held: Holdings, *, added: int) -> None:
    if added > 0 and held.storage_bytes + added > settings.quota_storage_bytes:
        raise build_storage_error(settings)


def _seconds_to_next_hour(now: datetime) -> float:
    following = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (following - now).total_seconds()
