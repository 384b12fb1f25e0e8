import logging
import time
import traceback
from datetime import timedelta

import pytest

from shared.model.openai_failures import parse_retry_after
from shared.model.openai_model import OpenAIModel
from shared.model.protocol import ModelRefused, ModelUnavailable, ModelUnusable
from shared.retries import RetryPolicy
from tests.deadlines import DEADLINE_SECONDS, SILENCE_SECONDS
from tests.retries import quick_retries
from tests.scripted_openai import (
    Behaviour,
    ScriptedOpenAI,
    breaks_off,
    error_event,
    event,
    gives,
    hangs,
    hangs_up,
    refusal,
    says,
    status,
)
from tests.shared.model.openai_client import KEY, OXYGEN, REQUEST, WATER, receive, receive_from, write_card

ONE_CARD = '{"cards": [' + write_card(WATER) + ', {"question": "Wh'


@pytest.mark.parametrize(
    "trouble",
    [
        *(status(code) for code in (408, 409, 429, 500, 502, 503)),
        hangs_up(),
        breaks_off(),
        breaks_off('{"cards": [{'),
        breaks_off('{"cards": [{', politely=True),
        error_event('{"cards"'),
        event("no json"),
        event('"no chunk"'),
    ],
)
async def test_what_passes_is_tried_again(trouble: Behaviour) -> None:
    server = ScriptedOpenAI(trouble, gives(WATER))
    heard = await receive_from(server)
    assert heard.answers == ["Water"]
    assert len(server.requests) == 2
    assert len(heard.usages) == 1


@pytest.mark.parametrize("trouble", [status(500), hangs_up()])
async def test_what_does_not_pass_is_given_up_without_tokens(trouble: Behaviour) -> None:
    server = ScriptedOpenAI(otherwise=trouble)
    heard = await receive_from(server)
    assert isinstance(heard.failure, ModelUnavailable)
    assert heard.failure.retry_after == 30
    assert heard.items == []
    assert len(server.requests) == 3


async def test_tokens_of_answers_that_broke_off_are_counted() -> None:
    heard = await receive_from(ScriptedOpenAI(otherwise=breaks_off('{"cards": [{')), retries=quick_retries(2))
    assert isinstance(heard.failure, ModelUnavailable)
    read, written = heard.tokens
    assert read > 500
    assert written == 6


@pytest.mark.parametrize(
    "trouble", [breaks_off(ONE_CARD), error_event(ONE_CARD), breaks_off(ONE_CARD, politely=True)]
)
async def test_a_stream_that_breaks_off_after_a_card_is_not_begun_again(trouble: Behaviour) -> None:
    server = ScriptedOpenAI(trouble)
    heard = await receive_from(server)
    assert heard.answers == ["Water"]
    assert isinstance(heard.failure, ModelUnavailable)
    assert heard.tokens[1] > 40
    assert len(server.requests) == 1


async def test_a_short_retry_after_is_kept_to() -> None:
    began = time.monotonic()
    heard = await receive_from(ScriptedOpenAI(status(429, retry_after="0.4"), gives(WATER)))
    assert heard.answers == ["Water"]
    assert time.monotonic() - began >= 0.4


async def test_a_long_retry_after_is_handed_on_at_once() -> None:
    server = ScriptedOpenAI(status(429, retry_after="21"))
    heard = await receive_from(server)
    assert isinstance(heard.failure, ModelUnavailable)
    assert heard.failure.retry_after == 21
    assert len(server.requests) == 1


async def test_a_retry_after_beyond_the_deadline_is_handed_on_at_once() -> None:
    server = ScriptedOpenAI(status(503, retry_after="15"))
    heard = await receive_from(server, deadline=14)
    assert isinstance(heard.failure, ModelUnavailable)
    assert heard.failure.retry_after == pytest.approx(15, abs=1)
    assert len(server.requests) == 1


async def test_a_used_up_account_is_not_asked_again() -> None:
    server = ScriptedOpenAI(status(429, error="insufficient_quota"))
    heard = await receive_from(server)
    assert isinstance(heard.failure, ModelUnavailable)
    assert len(server.requests) == 1


async def test_pauses_grow_and_are_spread() -> None:
    policy = RetryPolicy(first_pause=timedelta(seconds=0.1), max_pause=timedelta(seconds=1), jitter=0.5)
    server = ScriptedOpenAI(status(500), status(500), gives(WATER))
    heard = await receive_from(server, retries=policy, chance=lambda: 0.0)
    assert heard.times[0] >= 0.1 + 0.2


@pytest.mark.parametrize("code", [401, 403, 404])
async def test_no_access_is_told_without_the_key(code: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = ScriptedOpenAI(status(code, message=f"Incorrect API key provided: {KEY}"))
    heard = await receive_from(server)
    assert isinstance(heard.failure, ModelUnavailable)
    assert str(code) in heard.failure.text
    told = "".join(traceback.format_exception(heard.failure)) + repr(heard.failure) + caplog.text
    assert KEY not in told
    assert len(server.requests) == 1
    assert heard.items == []


@pytest.mark.parametrize("code", [400, 413, 422])
async def test_a_request_that_is_not_accepted_is_not_repeated(code: int) -> None:
    server = ScriptedOpenAI(status(code, error="context_length_exceeded"))
    heard = await receive_from(server)
    assert isinstance(heard.failure, ModelUnusable)
    assert len(server.requests) == 1


async def test_a_refusal_is_told_after_its_tokens() -> None:
    server = ScriptedOpenAI(refusal(tokens=(90, 8)))
    heard = await receive_from(server)
    assert isinstance(heard.failure, ModelRefused)
    assert heard.tokens == (90, 8)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "filtered",
    [
        says("", finish="content_filter"),
        says("", finish="content_filter", streamed=False),
        status(400, error="content_filter"),
        error_event(error="content_filter"),
    ],
)
async def test_a_filtered_answer_is_a_refusal(filtered: Behaviour) -> None:
    heard = await receive_from(ScriptedOpenAI(filtered))
    assert isinstance(heard.failure, ModelRefused)


async def test_a_filter_in_the_middle_keeps_the_finished_cards() -> None:
    heard = await receive_from(ScriptedOpenAI(says(ONE_CARD, finish="content_filter")))
    assert heard.answers == ["Water"]
    assert isinstance(heard.failure, ModelRefused)
    assert heard.tokens == (100, 20)


async def test_silence_from_the_start_ends_with_the_time_out() -> None:
    server = ScriptedOpenAI(hangs())
    began = time.monotonic()
    heard = await receive_from(server, timeout=0.3)
    assert isinstance(heard.failure, ModelUnavailable)
    assert time.monotonic() - began >= 0.3
    assert heard.items == []
    assert len(server.requests) == 1


async def test_silence_in_the_middle_ends_with_the_time_out_and_keeps_the_cards() -> None:
    heard = await receive_from(ScriptedOpenAI(hangs(ONE_CARD)), timeout=SILENCE_SECONDS)
    assert heard.answers == ["Water"]
    assert isinstance(heard.failure, ModelUnavailable)
    assert len(heard.usages) == 1


async def test_a_stream_that_never_ends_is_cut_at_the_deadline() -> None:
    endless = gives(WATER, OXYGEN, pieces=1000, pause=0.5)
    heard = await receive_from(ScriptedOpenAI(endless), deadline=0.5)
    assert isinstance(heard.failure, ModelUnavailable)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with ScriptedOpenAI() as server:
        gone = server.base_url
    model = OpenAIModel(
        api_key=KEY, base_url=gone, model="m", timeout=DEADLINE_SECONDS, retries=quick_retries()
    )
    heard = await receive(model, REQUEST)
    await model.aclose()
    assert isinstance(heard.failure, ModelUnavailable)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60),
        ("Wed, 31 Dec 2025 23:00:00 GMT", None),
        ("-3", None),
        ("soon", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(retry_after: str, seconds: float | None) -> None:
    headers = {"retry-after": retry_after, "date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert parse_retry_after(headers) == seconds


def test_a_date_without_the_answer_s_own_is_not_understood() -> None:
    assert parse_retry_after({"retry-after": "Thu, 01 Jan 2026 00:01:00 GMT"}) is None
    assert (
        parse_retry_after(
            {"retry-after": "Thu, 01 Jan 2026 00:01:00", "date": "Thu, 01 Jan 2026 00:00:00 GMT"}
        )
        is None
    )
