"""The proxy passes on everything but what belongs to one connection, and nothing waits for an end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from infra.local.emulated.proxy import Proxy, create_client
from shared.services import Services
from tests.deadlines import DEADLINE_SECONDS
from tests.loopback import listening
from tests.stack import settings_for


@dataclass
class Function:
    """The server behind the proxy, which records its requests."""

    asked: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path == "/stream":
            return StreamingResponse(self._stream(), media_type="text/event-stream")
        self.bodies.append(await request.body())
        answer = PlainTextResponse("made", status_code=201, headers={"X-Store-Cost": "reads=1"})
        answer.headers.append("Set-Cookie", "a=1")
        answer.headers.append("Set-Cookie", "b=2")
        return answer

    async def _stream(self) -> AsyncIterator[str]:
        try:
            yield "data: first\n\n"
            await self.go_on.wait()
            yield "data: last\n\n"
        finally:
            self.left.set()


@pytest.fixture
async def function() -> Function:
    return Function()


@pytest.fixture
async def http(function: Function, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    services = Services(settings_for(tmp_path))
    async with (
        listening(function) as url,
        create_client() as behind,
        listening(Proxy(services, url, behind)) as front,
        httpx.AsyncClient(base_url=front, trust_env=False) as http,
    ):
        yield http
    await services.aclose()


async def test_a_request_and_its_answer_pass_unchanged(http: httpx.AsyncClient, function: Function) -> None:
    headers = {
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "1",
        "X-Forwarded-For": "192.0.2.7",
        "Accept": "a/b",
    }
    answer = await http.post("/a%2Fb/?q=%C3%BC&q=2", content=b"\x00body", headers=headers)
    assert (answer.status_code, answer.text) == (201, "made")
    assert answer.headers["X-Store-Cost"] == "reads=1"
    assert answer.headers.get_list("Set-Cookie") == ["a=1", "b=2"]
    assert len(answer.headers.get_list("Server")) == len(answer.headers.get_list("Date")) == 1
    (asked,) = function.asked
    assert (asked.method, asked.scope["raw_path"], asked.scope["query_string"]) == (
        "POST", b"/a%2Fb/", b"q=%C3%BC&q=2",
    )  # fmt: skip
    assert function.bodies == [b"\x00body"]
    assert asked.headers["X-Forwarded-For"] == "192.0.2.7, 127.0.0.1"
    assert (asked.headers["Accept"], asked.headers["Host"]) == ("a/b", http.base_url.netloc.decode())
    assert "X-Hop" not in asked.headers


async def test_a_body_of_unknown_length_is_passed_on(http: httpx.AsyncClient, function: Function) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    assert (await http.put("/", content=chunks())).status_code == 201
    assert function.bodies == [b"one two"]


async def test_a_stream_arrives_as_it_comes(http: httpx.AsyncClient, function: Function) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS), http.stream("GET", "/stream") as answer:
        chunks = answer.aiter_text()
        assert await anext(chunks) == "data: first\n\n"
        function.go_on.set()
        assert await anext(chunks) == "data: last\n\n"


async def test_who_leaves_a_stream_ends_it_behind_the_proxy(
    http: httpx.AsyncClient, function: Function
) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        async with http.stream("GET", "/stream") as answer:
            await anext(answer.aiter_text())
        await function.left.wait()


async def test_a_function_that_is_gone_is_told_in_the_usual_shape(tmp_path: Path) -> None:
    services = Services(settings_for(tmp_path))
    async with (
        create_client() as behind,
        listening(Proxy(services, "http://127.0.0.1:9", behind)) as front,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        answer = await http.get(f"{front}/", headers={"X-Request-ID": "mine"})
    assert (answer.status_code, answer.json()["error_code"]) == (503, "SERVICE_UNAVAILABLE")
    assert answer.json()["request_id"] == "mine"
    await services.aclose()
