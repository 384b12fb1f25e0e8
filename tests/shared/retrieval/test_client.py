import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from infra.local.retrieval.app import create_app
from infra.local.retrieval.documents import Documents
from shared.clock import derive_id
from shared.errors import ServiceUnavailable
from shared.retrieval import Retrieval
from shared.retrieval.client import HttpRetrieval
from tests.retries import quick_retries

DOCUMENT = derive_id("document")
TOKEN = SecretStr("service-token")
TEXT = "# Loops\n\nA loop repeats its body while the condition holds. It ends when the condition is false.\n"
STATUS = {
    "document_id": DOCUMENT,
    "status": "processing",
    "progress": 40,
    "error": None,
    "pages": 0,
    "chunks": 0,
}


class Script:
    """A service that answers as it is told, and what it was asked; the last answer stays."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def client(self) -> HttpRetrieval:
        transport = httpx.MockTransport(self)
        return HttpRetrieval(
            base_url="http://retrieval/base/", token=TOKEN, transport=transport, sleep=self.sleep
        )


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[tuple[Retrieval, Documents]]:
    async def publish(document_id: str, status: str, error: str | None) -> None:
        """Nobody listens."""

    files = httpx.MockTransport(lambda _: httpx.Response(200, text=TEXT))
    async with httpx.AsyncClient(transport=files) as http:
        app = create_app(tmp_path, token=TOKEN.get_secret_value(), http=http, publish=publish)
        client = HttpRetrieval(base_url="http://retrieval", token=TOKEN, transport=httpx.ASGITransport(app))
        yield client, app.state.documents
        await client.aclose()
        await app.state.documents.aclose()


async def test_client_and_stand_in_understand_each_other(stand_in: tuple[Retrieval, Documents]) -> None:
    retrieval, documents = stand_in
    submitted = await retrieval.submit(
        document_id=DOCUMENT, source_url="http://files/x", content_type="text/markdown", course_id="c"
    )
    early = await retrieval.get_content(DOCUMENT)
    await documents.wait_until_settled()
    status = await retrieval.get_status(DOCUMENT)
    content = await retrieval.get_content(DOCUMENT)
    (chunk,) = await retrieval.retrieve(document_ids=[DOCUMENT], query="condition", similarity_threshold=0.5)
    (spread,) = await retrieval.retrieve(document_ids=[DOCUMENT], query="", max_chunks=1)
    await retrieval.delete(DOCUMENT)
    await retrieval.delete(DOCUMENT)

    assert submitted.processing_id
    assert submitted.estimated_seconds > 0
    assert early is None
    assert status is not None
    assert (status.status, status.chunks) == ("completed", 1)
    assert content is not None
    assert content.topics == ("Loops",)
    assert (chunk.document_id, chunk.page, chunk.score) == (DOCUMENT, None, 1.0)
    assert chunk == spread
    assert await retrieval.get_status(DOCUMENT) is None
    assert await retrieval.get_content(DOCUMENT) is None
    assert await retrieval.retrieve(document_ids=[DOCUMENT], query="loop") == []


async def test_wrong_token_is_an_unavailable_service(stand_in: tuple[HttpRetrieval, Documents]) -> None:
    stand_in[0]._http.headers["Authorization"] = "Bearer other"

    with pytest.raises(ServiceUnavailable):
        await stand_in[0].get_status(DOCUMENT)


async def test_request_bears_the_token_under_the_base_address() -> None:
    script = Script(httpx.Response(200, json=STATUS))
    await script.client().get_status("a/../b")

    assert str(script.requests[0].url) == "http://retrieval/base/api/documents/a%2F..%2Fb"
    assert script.requests[0].headers["Authorization"] == "Bearer service-token"


@pytest.mark.parametrize(
    "refusal",
    [
        *(httpx.Response(status) for status in (429, 502, 503, 504)),
        httpx.ConnectError("x"),
        httpx.RemoteProtocolError("x"),
    ],
)
async def test_passing_trouble_is_not_noticed(refusal: httpx.Response | Exception) -> None:
    script = Script(refusal, refusal, httpx.Response(200, json=STATUS))
    status = await script.client().get_status(DOCUMENT)

    assert status is not None
    assert status.progress == 40
    assert len(script.requests) == 3
    assert 0 < script.slept[0] < script.slept[1] < 1


async def test_wait_the_service_asks_for_is_kept_within_bounds() -> None:
    script = Script(
        httpx.Response(429, headers={"Retry-After": "2"}),
        httpx.Response(503, headers={"Retry-After": "3600"}),
        httpx.Response(200, json=STATUS),
    )
    await script.client().get_status(DOCUMENT)

    assert 2 <= script.slept[0] < 2.3
    assert script.slept[1] == 5


@pytest.mark.parametrize("asked", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "9" * 400, "1e9", ""])
async def test_wait_that_can_not_be_read_is_chosen(asked: str) -> None:
    script = Script(httpx.Response(503, headers={"Retry-After": asked}), httpx.Response(200, json=STATUS))
    await script.client().get_status(DOCUMENT)

    assert script.slept[0] < 0.5


async def test_lasting_trouble_is_an_unavailable_service_with_its_own_wait() -> None:
    script = Script(httpx.Response(503, headers={"Retry-After": "60"}))
    with pytest.raises(ServiceUnavailable) as caught:
        await script.client().get_status(DOCUMENT)

    assert caught.value.retry_after == 60
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        httpx.Response(401),
        httpx.Response(422),
        httpx.Response(302),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_trouble_that_repeating_does_not_cure_is_not_repeated(
    trouble: httpx.Response | Exception,
) -> None:
    script = Script(trouble)
    with pytest.raises(ServiceUnavailable) as caught:
        await script.client().retrieve(document_ids=[DOCUMENT], query="q")

    assert caught.value.retry_after == 30
    assert len(script.requests) == 1


CALLS: dict[str, Callable[[HttpRetrieval], Awaitable[object]]] = {
    "submit": lambda client: client.submit(
        document_id=DOCUMENT, source_url="http://x", content_type="a/b", course_id="c"
    ),
    "status": lambda client: client.get_status(DOCUMENT),
    "content": lambda client: client.get_content(DOCUMENT),
    "retrieve": lambda client: client.retrieve(document_ids=[DOCUMENT], query="q"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("body", [b'{"chunks": [', b"", b"[]", b'{"chunks": 3}', b"<html>", b"\xff\xfe"])
async def test_malformed_answer_is_an_unavailable_service(call: str, body: bytes) -> None:
    script = Script(httpx.Response(200, content=body))

    with pytest.raises(ServiceUnavailable):
        await CALLS[call](script.client())


async def test_nothing_is_asked_about_no_documents() -> None:
    script = Script(httpx.Response(500))

    assert await script.client().retrieve(document_ids=[], query="q") == []
    assert script.requests == []


async def test_service_that_hangs_is_given_up() -> None:
    hung_up = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = HttpRetrieval(base_url=f"http://127.0.0.1:{port}", token=TOKEN, timeout=httpx.Timeout(0.1))
    with pytest.raises(ServiceUnavailable):
        await client.get_status(DOCUMENT)
    await client.aclose()
    await hung_up.wait()
    server.close()
    await server.wait_closed()


async def test_service_that_is_not_there_is_unavailable() -> None:
    client = HttpRetrieval(base_url="http://127.0.0.1:9", token=TOKEN, retries=quick_retries(2))
    with pytest.raises(ServiceUnavailable):
        await client.delete(DOCUMENT)
    await client.aclose()
