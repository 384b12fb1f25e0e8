"""Growth of the time of a computation with its input: doubled with it (2), or fourfold, as its square (4)."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from infra.local.demo.documents import source
from infra.local.retrieval.parse import parse_file
from shared.model.offline import OfflineModel
from shared.model.protocol import CardRequest, Passage, SummaryRequest

Clock = Callable[[], float]
Job = Callable[[int], Awaitable[object]]

_DOCUMENTS = Path(source.__file__).parent
_PASSAGE_CHARS = 6_000  # the offline model reads no more of a passage
_PASSAGES, _CARDS = 20, 20
_DOCUMENT_CHARS = 100_000
# Texts over which a careless pattern runs for minutes.
_RUBBLE = ("word ", "a", "{{c1::x}}", "| a ", "in-\n", "A: b ", "**A**: ", "called ", "(", "\t")
_PARSED = {"text/plain": "A cell is small. ", "text/markdown": "## Cells\n\nA cell is *small*.\n\n",
           "text/html": "<h2>Cells</h2><p>A cell is <b>small</b>.</p>"}  # fmt: skip


def jobs() -> Iterator[tuple[str, Job]]:
    """List the computations, each for an input that is so many times as large."""
    yield f"{_CARDS} cards from {_PASSAGES} passages", _propose_cards
    for unit in _RUBBLE:
        yield f"cards and a summary from {unit!r} repeated", _read_rubble(unit)
    for content_type, unit in _PARSED.items():
        yield f"parsing {content_type}", _parse(content_type, unit)


async def measure_doubling(job: Job, *, clock: Clock = time.process_time) -> tuple[float, float]:
    """Return the median seconds for the input, and for twice the input, by default of the processor."""
    await job(1)  # loads what a first run needs
    single, double = [
        statistics.median([await _measure(job, size, clock) for _ in range(5)]) for size in (1, 2)
    ]
    return single, double


async def _measure(job: Job, size: int, clock: Clock) -> float:
    began = clock()
    await job(size)
    return clock() - began


async def _propose_cards(size: int) -> None:
    texts = [file.read_text("utf-8") for file in sorted(_DOCUMENTS.glob("*.md"))]
    paragraphs = [part for text in texts for part in text.split("\n\n") if len(part) > 200]
    passages = itertools.islice(itertools.cycle(paragraphs), size * _PASSAGES)
    request = CardRequest(passages=tuple(map(_passage, itertools.count(), passages)), count=_CARDS)
    async for _ in OfflineModel().cards(request):
        pass


def _read_rubble(unit: str) -> Job:
    async def read(size: int) -> None:
        text = unit * (size * _PASSAGE_CHARS // 2 // len(unit))
        model, passages = OfflineModel(), (_passage(0, text),)
        async for _ in model.cards(CardRequest(passages=passages, count=_CARDS)):
            pass
        await model.summarize(SummaryRequest(passages=passages))

    return read


def _parse(content_type: str, unit: str) -> Job:
    async def parse(size: int) -> None:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write(unit * (size * _DOCUMENT_CHARS // len(unit)))
            file.flush()
            parse_file(Path(file.name), content_type, lambda _: None)

    return parse


def _passage(number: int, text: str) -> Passage:
    return Passage(chunk_id=f"c{number}", document_id="d1", text=text, page=1)
