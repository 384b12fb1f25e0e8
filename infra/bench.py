"""`make bench`: print ratios within one run, and counted store operations. Times depend on the machine."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra import concurrency, decks, growth, long_pdf, throughput
from infra.cold_start import HELLO, build_functions, measure_cold_starts
from shared.services import Services
from shared.settings import Settings
from shared.store import Collection, Document, Meter, Transaction, use_meter
from shared.store.backend import Reader
from shared.store.values import Write

_FEW_CARDS, _MANY_CARDS = 100, 50_000
_MODEL_SECONDS, _CONCURRENT_GENERATIONS = 2.0, 80


class Card(Document):
    """A flashcard reduced to the fields that the benchmark queries."""

    due_on: str
    status: str = "active"


CARDS = Collection("users/{user}/flashcards", Card)


async def _fill(services: Services, user: str, number: int) -> None:
    async def work(_: Reader) -> tuple[None, list[Write]]:
        day = datetime(2026, 1, 1, tzinfo=UTC).date()
        path = CARDS.path(user=user)
        return None, [
            Write("put", f"{path}/c{n}", {"status": "active", "due_on": str(day.replace(day=1 + n % 28))})
            for n in range(number)
        ]

    await services.store.backend.transact(work)


async def _median_ms(job: Callable[[], Awaitable[object]], repeats: int = 30) -> tuple[float, Meter]:
    times: list[float] = []
    meter = Meter()
    for _ in range(repeats):
        meter, started = Meter(), time.perf_counter()
        with use_meter(meter):
            await job()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), meter


async def measure_store() -> Table:
    """Time a page of due cards and one transaction, for a user with few and with many cards."""
    table = Table("operation", "cards", "median ms", "ratio", "reads", "writes", title="Store")
    with tempfile.TemporaryDirectory() as folder:
        services = Services(Settings(data_dir=Path(folder)))
        for user, number in (("few", _FEW_CARDS), ("many", _MANY_CARDS)):
            await _fill(services, user, number)
        for name, job in (("page of 20 due", _due), ("read and write one card", _touch)):
            first = 0.0
            for user, number in (("few", _FEW_CARDS), ("many", _MANY_CARDS)):
                median, spent = await _median_ms(lambda job=job, user=user: job(services, user))  # type: ignore[misc]
                first = first or median
                table.add_row(
                    name, f"{number:,}", f"{median:.2f}", f"{median / first:.2f}",
                    str(spent.reads), str(spent.writes),
                )  # fmt: skip
        await services.aclose()
    return table


async def _due(services: Services, user: str) -> object:
    query = CARDS.query(user=user).where("status", "==", "active").where("due_on", "<=", "2026-01-15")
    return await services.store.find(query.order_by("due_on").limit(20))


async def _touch(services: Services, user: str) -> object:
    ref = CARDS.doc("c7", user=user)

    async def work(tx: Transaction) -> None:
        card = await tx.get(ref)
        assert card is not None  # noqa: S101
        tx.put(ref, card)

    return await services.store.transact(work)


def measure_cold_start() -> Table:
    """Compare each group's bundle with a hello-world function of the same frameworks."""
    table = Table(
        "function",
        "median ms",
        "ratio",
        title="Cold start: from the start of the process to its first answer",
    )
    with tempfile.TemporaryDirectory() as folder:
        medians = measure_cold_starts(list(build_functions(Path(folder))))
    for name, milliseconds in medians.items():
        table.add_row(name, f"{milliseconds:.0f}", f"{milliseconds / medians[HELLO]:.2f}")
    return table


async def measure_concurrency() -> Table:
    """Time generations on one instance of the deployed function, which waits for the language model."""
    title = f"One instance: generations by a model that takes {_MODEL_SECONDS:.0f} s"
    table = Table("concurrent", "seconds", "ratio", title=title)
    with tempfile.TemporaryDirectory() as folder:
        numbers = (1, _CONCURRENT_GENERATIONS)
        durations = await concurrency.measure_seconds(Path(folder), numbers, model=_MODEL_SECONDS)
    for number, seconds in zip(numbers, durations, strict=True):
        table.add_row(str(number), f"{seconds:.2f}", f"{seconds / durations[0]:.2f}")
    return table


async def measure_growth() -> Table:
    """Time what reads texts, and how its time grows with them."""
    table = Table("computation", "seconds", "twice the input", "ratio", title="Growth: time of the processor")
    for name, job in growth.jobs():
        single, double = await growth.measure_doubling(job)
        table.add_row(name, f"{single:.3f}", f"{double:.3f}", f"{double / single:.2f}")
    return table


async def measure_requests() -> Table:
    """Compare requests a second, and the processor's time for each, with a page of Django REST framework."""
    title = "Local stack, and Django REST framework (peer): two processes each"
    table = Table("", "own", "peer", "ratio", title=title)
    with tempfile.TemporaryDirectory() as folder:
        speeds = await throughput.measure_throughput(Path(folder))
    for name, (own, peer) in speeds.items():
        table.add_row(
            f"{name}: a second", f"{own.rate:.0f}", f"{peer.rate:.0f}", f"{own.rate / peer.rate:.2f}"
        )
        if own.server_ms:
            ratio = f"{peer.server_ms / own.server_ms:.2f}"
            table.add_row("  processor, ms", f"{own.server_ms:.2f}", f"{peer.server_ms:.2f}", ratio)
        table.add_row("  who asks, ms", f"{own.load_ms:.2f}", f"{peer.load_ms:.2f}", "")
    return table


def measure_decks() -> Table:
    """Compare imports of decks with those of the same files by Anki's own library."""
    table = Table(
        "deck", "MB", "Anki", "Aksio", "ratio", "seconds", "peak MiB",
        title="Import of decks: seconds of the processor; of the clock, and memory, for Aksio",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, size, anki, own in decks.measure_decks(Path(folder)):
            table.add_row(
                name, f"{size / 1e6:.1f}", f"{anki.processor_seconds:.2f}", f"{own.processor_seconds:.2f}",
                f"{own.processor_seconds / anki.processor_seconds:.1f}", f"{own.seconds:.1f}",
                f"{own.peak_bytes / 2**20:.0f}",
            )  # fmt: skip
    return table


def measure_long_pdf() -> Table:
    """Compare the reading of a book, with its digest and index, with the plain text that libraries give."""
    title = (
        f"A PDF of {long_pdf.PAGES} pages: seconds of the processor; pypdf and pdfium give plain text alone"
    )
    table = Table("reader", "seconds", "ratio", "peak MiB", title=title)
    with tempfile.TemporaryDirectory() as folder:
        figures = dict(long_pdf.measure_readers(Path(folder)))
    for reader, spent in figures.items():
        ratio = spent.processor_seconds / figures["aksio"].processor_seconds
        table.add_row(
            reader, f"{spent.processor_seconds:.2f}", f"{ratio:.2f}", f"{spent.peak_bytes / 2**20:.0f}"
        )
    return table


def main() -> None:
    """Measure the store, requests, texts, decks, generations and cold starts, and print a table of each."""
    console = Console()
    with console.status("measuring the store"):
        store = asyncio.run(measure_store())
    console.print(store)
    with console.status("measuring requests beside a peer's"):
        requests = asyncio.run(measure_requests())
    console.print(requests)
    with console.status("measuring growth"):
        growing = asyncio.run(measure_growth())
    console.print(growing)
    with console.status("measuring imports of decks beside Anki's"):
        imports = measure_decks()
    console.print(imports)
    with console.status("measuring the reading of a long PDF"):
        reading = measure_long_pdf()
    console.print(reading)
    with console.status("measuring concurrent generations"):
        generations = asyncio.run(measure_concurrency())
    console.print(generations)
    with console.status("measuring cold starts"):
        cold_starts = measure_cold_start()
    console.print(cold_starts)


if __name__ == "__main__":
    main()
