from typing import Literal

import pytest

from shared.model.offline import OfflineModel
from shared.model.protocol import SummaryRequest, Usage
from tests.shared.model.offline.builders import BIOLOGY, ECONOMICS, HISTORY, passages

SOURCES = (BIOLOGY, HISTORY, ECONOMICS)


@pytest.mark.parametrize(("length", "expected"), [("short", 3), ("medium", 6), ("long", 12)])
async def test_a_summary_quotes_its_sentences_in_the_order_of_the_source(
    length: Literal["short", "medium", "long"], expected: int
) -> None:
    summary = await OfflineModel().summarize(SummaryRequest(passages=passages(*SOURCES), length=length))
    places = [
        (int(citation.chunk_id[1:]), SOURCES[int(citation.chunk_id[1:])].find(citation.quote))
        for citation in summary.citations
    ]
    assert len(places) == expected
    assert places == sorted(places)
    assert all(at >= 0 for _, at in places)
    assert [citation.page for citation in summary.citations] == [chunk + 1 for chunk, _ in places]
    assert summary.usage == Usage(model="offline")


async def test_a_sentence_said_twice_is_summarised_once() -> None:
    summary = await OfflineModel().summarize(
        SummaryRequest(passages=passages(ECONOMICS, ECONOMICS), length="long")
    )
    quotes = [citation.quote for citation in summary.citations]
    assert len(quotes) == len(set(quotes))


async def test_nothing_to_read_gives_an_empty_summary() -> None:
    summary = await OfflineModel().summarize(SummaryRequest(passages=()))
    assert (summary.text, summary.citations) == ("", ())


async def test_one_sentence_is_its_own_summary() -> None:
    text = "Osmosis is the movement of water through a membrane."
    summary = await OfflineModel().summarize(SummaryRequest(passages=passages(text)))
    assert summary.text == text
