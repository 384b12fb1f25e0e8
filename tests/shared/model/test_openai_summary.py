import pytest

from shared.model.protocol import (
    Citation,
    ModelRefused,
    ModelUnavailable,
    ModelUnusable,
    Passage,
    Summary,
    SummaryRequest,
    Usage,
)
from tests.retries import quick_retries
from tests.scripted_openai import (
    Behaviour,
    ScriptedOpenAI,
    breaks_off,
    broken_json,
    invented_quotes,
    quote_passages,
    refusal,
    says,
    status,
    summarises,
)
from tests.shared.model.openai_client import SUMMARY_REQUEST, open_model


async def _summarize(server: ScriptedOpenAI, request: SummaryRequest = SUMMARY_REQUEST) -> Summary:
    async with server, open_model(server, retries=quick_retries(2)) as model:
        return await model.summarize(request)


async def test_a_summary_with_its_citations_pages_and_tokens() -> None:
    server = ScriptedOpenAI(
        summarises(" Leaves use light. ", ("c1", "Chlorophyll absorbs light."), tokens=(80, 9))
    )
    assert await _summarize(server) == Summary(
        text="Leaves use light.",
        citations=(Citation(chunk_id="c1", quote="Chlorophyll absorbs light.", page=3),),
        usage=Usage(model="scripted-1", input_tokens=80, output_tokens=9),
    )
    assert server.requests[0].wants == "summary"


async def test_citations_that_stand_in_no_passage_are_dropped() -> None:
    cited = [
        ("c1", "Chlorophyll reflects light."),
        ("c2", "Chlorophyll absorbs light."),
        ("c9", "It"),
        ("c1", " "),
    ]
    answer = await _summarize(ScriptedOpenAI(summarises("Text.", *cited)))
    assert answer.citations == ()


async def test_a_quote_is_found_across_line_breaks_and_what_cannot_be_seen() -> None:
    passage = Passage(chunk_id="c1", document_id="d1", text="Light is\n  a\u200b wave.", page=1)
    server = ScriptedOpenAI(summarises("Text.", ("c1", "Light is a wave.")))
    answer = await _summarize(server, SummaryRequest(passages=(passage,)))
    assert [citation.quote for citation in answer.citations] == ["Light is a wave."]


async def test_a_good_model_s_quotes_all_stand_and_an_inventor_s_all_fall() -> None:
    assert len((await _summarize(ScriptedOpenAI(quote_passages()))).citations) == 3
    assert (await _summarize(ScriptedOpenAI(invented_quotes()))).citations == ()


@pytest.mark.parametrize(
    "bad", [broken_json(), summarises("  "), says("[]"), says('{"summary": "Cut', finish="length")]
)
async def test_an_unusable_summary_is_asked_for_once_more_and_both_are_paid(bad: Behaviour) -> None:
    server = ScriptedOpenAI(bad, summarises("Text."))
    answer = await _summarize(server)
    assert answer.text == "Text."
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (200, 40)


async def test_a_summary_that_broke_off_is_begun_again() -> None:
    answer = await _summarize(ScriptedOpenAI(breaks_off('{"summary": "Te'), summarises("Text.")))
    assert answer.text == "Text."


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [(broken_json(), ModelUnusable), (refusal(), ModelRefused), (status(503), ModelUnavailable)],
)
async def test_a_summary_fails_as_cards_do(trouble: Behaviour, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        await _summarize(ScriptedOpenAI(otherwise=trouble))
