import asyncio
import logging

import pytest

from shared.model.openai_model import OpenAIModel
from shared.model.protocol import CardDraft, ModelUnusable, Usage
from tests.deadlines import PROCESS_SECONDS
from tests.scripted_openai import (
    Behaviour,
    ScriptedOpenAI,
    broken_json,
    card,
    gives,
    invented_quotes,
    quote_passages,
    says,
    together,
    wrong_schema,
)
from tests.scripted_openai_wire import Asked, Reply
from tests.shared.model.openai_client import (
    KEY,
    OXYGEN,
    PASSAGES,
    REQUEST,
    SUGAR,
    WATER,
    open_model,
    receive,
    receive_from,
    write_card,
)


async def test_cards_and_then_the_tokens_that_were_billed() -> None:
    heard = await receive_from(ScriptedOpenAI(gives(WATER, OXYGEN, tokens=(321, 45))))
    assert heard.items == [
        CardDraft.model_validate(WATER),
        CardDraft.model_validate(OXYGEN),
        Usage(model="scripted-1", input_tokens=321, output_tokens=45),
    ]


async def test_the_request_is_bound_to_the_schema_and_has_no_tools() -> None:
    server = ScriptedOpenAI(gives(WATER))
    await receive_from(server)
    (asked,) = server.requests
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body["model"] == "gpt-test"
    assert asked.body["stream"] is True
    assert asked.body["stream_options"] == {"include_usage": True}
    assert asked.body["response_format"]["json_schema"]["strict"] is True
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert "tools" not in asked.body
    assert asked.passages == {passage.chunk_id: passage.text for passage in PASSAGES}


async def test_the_same_request_is_sent_as_the_same_bytes() -> None:
    async with ScriptedOpenAI() as server, open_model(server) as model:
        await receive(model)
        await receive(model)
    first, second = server.requests
    assert first.raw == second.raw


async def test_each_card_comes_as_soon_as_it_is_finished() -> None:
    """The server sends the next one when the last has come."""
    cards = [write_card(card(question=f"Question {number}?")) for number in range(5)]
    came = asyncio.Semaphore(1)

    async def one_by_one(_asked: Asked, reply: Reply) -> None:
        await reply.begin_stream()
        for piece in ('{"cards": [' + cards[0], *(f", {each}" for each in cards[1:]), "]}"):
            await came.acquire()
            await reply.delta(content=piece)
        await reply.delta("stop")
        await reply.end_stream()

    heard: list[str] = []
    async with ScriptedOpenAI(one_by_one) as server, open_model(server) as model:
        async for item in model.cards(REQUEST):
            if isinstance(item, CardDraft):
                heard.append(item.question)
                came.release()
    assert heard == [f"Question {number}?" for number in range(5)]


async def test_cards_can_quote_the_passages_of_the_prompt() -> None:
    heard = await receive_from(ScriptedOpenAI(quote_passages()))
    texts = {passage.chunk_id: passage.text for passage in PASSAGES}
    drafts = [item for item in heard.items if isinstance(item, CardDraft)]
    assert len(drafts) == 3
    assert all(draft.quote in texts[draft.chunk_id] for draft in drafts)


async def test_invented_quotes_are_left_to_the_gate() -> None:
    heard = await receive_from(ScriptedOpenAI(invented_quotes()))
    assert heard.answers
    assert heard.failure is None


async def test_a_card_that_is_invalid_is_skipped_and_the_others_stand() -> None:
    flawed = [card(confidence=7), card(answer=" "), {"question": "Half?"}, card(card_type="essay")]
    heard = await receive_from(ScriptedOpenAI(gives(WATER, *flawed, OXYGEN)))
    assert heard.answers == ["Water", "Oxygen"]
    assert heard.failure is None


async def test_no_card_comes_twice_and_none_beyond_the_number_asked_for() -> None:
    cards = [WATER, WATER | {"question": " what is SPLIT? "}, OXYGEN, SUGAR]
    heard = await receive_from(ScriptedOpenAI(gives(*cards)), REQUEST.model_copy(update={"count": 2}))
    assert heard.answers == ["Water", "Oxygen"]
    assert heard.tokens == (100, 20)


async def test_a_source_that_gives_no_card_is_no_failure() -> None:
    server = ScriptedOpenAI(gives())
    heard = await receive_from(server)
    assert (heard.answers, heard.failure, len(server.requests)) == ([], None, 1)


async def test_tokens_are_estimated_where_the_api_does_not_say() -> None:
    server = ScriptedOpenAI(gives(WATER, tokens=None))
    heard = await receive_from(server)
    read, written = heard.tokens
    assert read == pytest.approx((len(server.requests[0].system) + len(server.requests[0].user)) / 4, abs=1)
    assert 40 < written < 120


@pytest.mark.parametrize(
    "bad",
    [
        broken_json(),
        wrong_schema(),
        says("Sure!"),
        says(""),
        says('{"cards": [1]}'),
        says('{"cards": [oops]}'),
    ],
)
async def test_an_unusable_answer_is_asked_for_once_more_and_both_are_paid(bad: Behaviour) -> None:
    server = ScriptedOpenAI(bad, gives(WATER))
    heard = await receive_from(server)
    assert heard.answers == ["Water"]
    assert heard.tokens == (200, 40)
    assert len(server.requests) == 2


async def test_an_answer_that_stays_unusable_fails_after_its_tokens_are_told() -> None:
    server = ScriptedOpenAI(otherwise=broken_json())
    heard = await receive_from(server)
    assert isinstance(heard.failure, ModelUnusable)
    assert heard.tokens == (200, 40)
    assert len(server.requests) == 2


async def test_asking_again_asks_for_the_rest_and_gives_nothing_twice() -> None:
    half = '{"cards": [' + write_card(WATER) + ', {"question": oops'
    server = ScriptedOpenAI(says(half), gives(WATER, OXYGEN))
    heard = await receive_from(server, REQUEST.model_copy(update={"count": 3}))
    assert heard.answers == ["Water", "Oxygen"]
    assert [asked.count for asked in server.requests] == [3, 2]
    assert '"What is split?"' in server.requests[1].user


async def test_a_broken_end_does_not_matter_when_all_cards_are_there() -> None:
    server = ScriptedOpenAI(says('{"cards": [' + write_card(WATER) + ", oops"))
    heard = await receive_from(server, REQUEST.model_copy(update={"count": 1}))
    assert (heard.answers, heard.failure, len(server.requests)) == (["Water"], None, 1)


async def test_a_truncated_answer_keeps_its_finished_cards() -> None:
    cut = '{"cards": [' + write_card(WATER) + ', {"question": "Wha'
    server = ScriptedOpenAI(says(cut, finish="length"))
    heard = await receive_from(server)
    assert (heard.answers, heard.failure, len(server.requests)) == (["Water"], None, 1)
    assert heard.tokens == (100, 20)


async def test_a_truncated_answer_without_a_card_is_unusable() -> None:
    heard = await receive_from(ScriptedOpenAI(otherwise=says('{"cards": [', finish="length")))
    assert isinstance(heard.failure, ModelUnusable)


async def test_a_server_that_does_not_stream_is_understood() -> None:
    heard = await receive_from(ScriptedOpenAI(gives(WATER, streamed=False)))
    assert heard.answers == ["Water"]
    assert heard.tokens == (100, 20)


async def test_many_slow_calls_run_at_the_same_time() -> None:
    server = ScriptedOpenAI(otherwise=together(80, gives(WATER)))
    async with server, open_model(server, timeout=PROCESS_SECONDS) as model:
        heard = await asyncio.gather(*(receive(model) for _ in range(80)))
    assert all(one.answers == ["Water"] for one in heard)
    assert len(server.requests) == 80


async def test_who_stops_listening_ends_the_call() -> None:
    async with (
        ScriptedOpenAI(gives(WATER, OXYGEN, pieces=20, pause=0.02)) as server,
        open_model(server) as model,
    ):
        cards = model.cards(REQUEST)
        async for _ in cards:
            break
        await cards.aclose()  # type: ignore[attr-defined]
    assert len(server.requests) == 1


async def test_the_key_stands_in_no_log_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await receive_from(ScriptedOpenAI(gives(WATER)))
    assert caplog.records
    assert KEY not in caplog.text


async def test_its_name_is_the_model_s_and_its_repr_names_no_key() -> None:
    model = OpenAIModel(api_key=KEY, base_url="", model="gpt-test", timeout=1)
    assert model.name == "gpt-test"
    assert KEY not in repr(model)
    await model.aclose()
