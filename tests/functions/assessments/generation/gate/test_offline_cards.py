"""Cards of the offline model through the gate, over sample documents where they are present."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from functions.assessments.generation.gate import AcceptedCard, CardGate
from functions.assessments.generation.gate.cloze import hide_gaps
from functions.assessments.generation.gate.similarity import is_duplicate, take_fingerprint
from functions.assessments.generation.gate.support import has_answer
from shared.model.offline import OfflineModel
from shared.model.protocol import CardDraft, CardRequest, Passage
from tests.shared.model.offline.builders import BIOLOGY, ECONOMICS, HISTORY, passages

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[6] / "shared" / "samples"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample documents are not present: not tried on them"
)


def chunks(text: str, *, limit: int = 1_000) -> list[str]:
    found = [""]
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.splitlines() if len(paragraph) > limit else [paragraph]
        for part in ["\n".join(lines[at : at + 11]) for at in range(0, len(lines), 11)]:
            if len(found[-1]) + len(part) > limit:
                found.append("")
            found[-1] = f"{found[-1]}\n\n{part}" if found[-1] else part
    return found


def sample(name: str) -> tuple[Passage, ...]:
    path = SAMPLES / name
    if path.suffix == ".md":
        return passages(*chunks(path.read_text()))
    if path.suffix == ".docx":
        import docx

        return passages(*chunks("\n\n".join(part.text for part in docx.Document(str(path)).paragraphs)))
    import pypdf

    return passages(*(part for page in pypdf.PdfReader(path).pages for part in chunks(page.extract_text())))


async def cards(source: tuple[Passage, ...], *, count: int) -> list[AcceptedCard]:
    gate = CardGate(passages=source)
    drafts = [draft async for draft in OfflineModel().cards(CardRequest(passages=source, count=count))]
    verdicts = [gate.judge(draft) for draft in drafts if isinstance(draft, CardDraft)]
    return [verdict for verdict in verdicts if isinstance(verdict, AcceptedCard)]


def assert_good(found: list[AcceptedCard]) -> None:
    for card in found:
        assert card.question.endswith("?") or "{{c1::" in card.question
        assert not has_answer(hide_gaps(card.question), card.answer)
    fingerprints = [take_fingerprint(card.question, card.answer) for card in found]
    assert not [pair for pair in combinations(fingerprints, 2) if is_duplicate(*pair)]


async def test_expository_texts_give_good_cards() -> None:
    found = await cards(passages(BIOLOGY, HISTORY, ECONOMICS), count=40)
    assert len(found) >= 30
    assert_good(found)


@needs_samples
@pytest.mark.parametrize("name", ["python-functions.md", "python-loops.docx", "python-chapters-1-3.pdf"])
async def test_a_sample_document_gives_at_least_twenty_good_cards(name: str) -> None:
    found = await cards(sample(name), count=40)
    assert len(found) >= 20
    assert_good(found)
    code = re.compile(r"Write a|print\(\"|able to|===|>>>|\bdef \w+\(")
    assert not [card.question for card in found if code.search(f"{card.question} {card.answer}")]


@needs_samples
async def test_forty_passages_give_twenty_cards() -> None:
    source = sample("python-chapters-1-3.pdf")[:40]
    assert len(await cards(source, count=20)) >= 20
