"""The demo's client: typed answers, rate limits waited out, and what each step cost."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.demo.answers import Health
from infra.local.demo.client import MAX_ANONYMOUS_CALLS_PER_MINUTE, Client, DemoFailed, Refused
from infra.local.demo.pace import Pace

HEALTHY = {"status": "healthy", "version": "1.0.0", "checks": {"store": "ok"}}


class Hours:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def timer(self) -> float:
        return self.now


def script_answers(*answers: httpx.Response) -> tuple[list[httpx.Request], httpx.AsyncClient]:
    """A client to whom these answers are given one after another, and the requests it made."""
    made: list[httpx.Request] = []
    rest = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        made.append(request)
        return rest.pop(0)

    return made, httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://stack.test")


def problem(status: int, **headers: str) -> httpx.Response:
    body = {
        "error": "Validation failed",
        "details": {"name": ["Field required"]},
        "error_code": "VALIDATION_ERROR",
        "timestamp": "2026-03-02T12:00:00.000Z",
        "request_id": "req_1",
    }
    return httpx.Response(status, json=body, headers=headers)


def build_client(http: httpx.AsyncClient, said: Callable[[str], Any] = print) -> tuple[Client, Hours]:
    hours = Hours()
    return Client(http, say=said, sleep=hours.sleep, timer=hours.timer), hours


async def test_a_step_adds_up_its_calls_and_what_they_cost() -> None:
    costs = ("reads=2 writes=1 deletes=0 within=yes", "reads=3 writes=0 deletes=4")
    _, http = script_answers(
        *(httpx.Response(200, json=HEALTHY, headers={"X-Store-Cost": cost}) for cost in costs)
    )
    client, _ = build_client(http)
    with client.step("Health") as step:
        await client.ask(Health, "GET", "/api/health/")
        await client.send("GET", "/api/health/")
    assert client.steps == [step]
    assert (step.calls, step.cost) == (2, {"reads": 5, "writes": 1, "deletes": 4})


async def test_the_access_token_is_sent_once_there_is_one() -> None:
    made, http = script_answers(httpx.Response(204), httpx.Response(204))
    client, _ = build_client(http)
    with client.step("Any"):
        await client.send("GET", "/a/")
        client.access = "jwt"
        await client.send("GET", "/a/")
    assert [request.headers.get("Authorization") for request in made] == [None, "Bearer jwt"]


async def test_a_limit_is_waited_out_as_long_as_the_answer_asks_and_the_user_is_told() -> None:
    said: list[str] = []
    _, http = script_answers(
        problem(429, **{"Retry-After": "7"}), problem(429), httpx.Response(200, json=HEALTHY)
    )
    client, hours = build_client(http, said.append)
    with client.step("Health") as step:
        health = await client.ask(Health, "GET", "/api/health/")
    assert health.status == "healthy"
    assert hours.sleeps == [7.0, 5.0]  # without Retry-After a few seconds
    assert "waiting 7 s" in said[0]
    assert (step.calls, step.seconds) == (3, 12.0)


async def test_a_limit_by_the_hour_is_not_waited_for() -> None:
    _, http = script_answers(problem(429, **{"Retry-After": "1800"}))
    client, hours = build_client(http)
    with client.step("Upload"), pytest.raises(Refused, match="retry after 1800 s"):
        await client.send("POST", "/upload/")
    assert hours.sleeps == []


async def test_a_limit_that_never_ends_is_given_up() -> None:
    made, http = script_answers(*(problem(429, **{"Retry-After": "1"}) for _ in range(9)))
    client, _ = build_client(http)
    with client.step("Upload"), pytest.raises(Refused):
        await client.send("POST", "/upload/")
    assert len(made) == 4


async def test_a_refusal_tells_the_body_and_the_request_id() -> None:
    _, http = script_answers(problem(422))
    client, _ = build_client(http)
    with client.step("Course"), pytest.raises(Refused) as raised:
        await client.send("POST", "/api/v1/courses/", json={})
    assert str(raised.value) == (
        "POST /api/v1/courses/ answered 422: Validation failed; name: Field required"
        " (VALIDATION_ERROR, request req_1)"
    )


async def test_a_refusal_that_is_no_json_is_told_too() -> None:
    _, http = script_answers(httpx.Response(503, text="upstream gone", headers={"X-Request-ID": "req_9"}))
    client, _ = build_client(http)
    with (
        client.step("Course"),
        pytest.raises(Refused, match=r"answered 503: upstream gone \(request req_9\)"),
    ):
        await client.send("GET", "/")


async def test_an_error_that_the_step_allows_is_an_answer() -> None:
    _, http = script_answers(problem(409))
    client, _ = build_client(http)
    with client.step("Account"):
        assert (await client.send("POST", "/", allow=(409,))).status_code == 409


async def test_an_answer_of_another_shape_is_told() -> None:
    _, http = script_answers(httpx.Response(200, json={"status": 3}))
    client, _ = build_client(http)
    with client.step("Health"), pytest.raises(DemoFailed, match="GET /api/health/ did not answer as"):
        await client.ask(Health, "GET", "/api/health/")


async def test_a_lost_connection_is_told() -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    client, _ = build_client(
        httpx.AsyncClient(transport=httpx.MockTransport(lost), base_url="http://stack.test")
    )
    with (
        client.step("Health"),
        pytest.raises(DemoFailed, match="GET /api/health/ got no answer: ReadTimeout"),
    ):
        await client.send("GET", "/api/health/")


async def test_anonymous_calls_stay_below_twenty_a_minute() -> None:
    _, http = script_answers(*(httpx.Response(204) for _ in range(40)))
    client, hours = build_client(http)
    with client.step("Health"):
        for _ in range(40):
            await client.send("GET", "/")
    assert hours.sleeps == [60.0, 60.0]
    assert MAX_ANONYMOUS_CALLS_PER_MINUTE < 20


@given(
    most=st.integers(1, 5),
    pauses=st.lists(st.floats(0, 40, allow_nan=False), max_size=40),
)
async def test_no_window_ever_holds_more_turns_than_allowed(most: int, pauses: list[float]) -> None:
    hours = Hours()
    pace = Pace(most, per=60.0, timer=hours.timer, sleep=hours.sleep)
    turns: list[float] = []
    for pause in pauses:
        hours.now += pause
        await pace.wait_for_turn()
        turns.append(hours.now)
    for first, beyond in zip(turns, turns[most:], strict=False):
        assert beyond - first >= 60.0 - 1e-6
