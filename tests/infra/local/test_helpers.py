"""Several processes serve one stack: whichever answers, the answer is the same."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.deadlines import DEADLINE_SECONDS, PROCESS_SECONDS
from tests.whole.process import StackProcess

_CARDS = "/api/v1/assessments/flashcards/"
_USER = {"username": "sam", "email": "sam@example.com", "password": "correct horse 7"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[StackProcess]:
    built = StackProcess(tmp_path, PROCESSES="3", LOG_LEVEL="INFO")
    yield built
    built.end()


@pytest.fixture
async def http(process: StackProcess) -> AsyncIterator[httpx.AsyncClient]:
    """A client that opens a connection for each request, so that it meets every process."""
    await process.start()
    await until_all_listen(process)
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=process.url, trust_env=False, timeout=60, limits=limits) as client:
        yield client


async def test_processes_share_their_work_and_end_together(
    process: StackProcess, http: httpx.AsyncClient
) -> None:
    signed_up = await http.post("/api/v1/accounts/register/", json=_USER)
    http.headers["Authorization"] = f"Bearer {signed_up.json()['access']}"
    course = (await http.post("/api/v1/courses/", json={"name": "Botany"})).json()["id"]

    document = await upload(http, course)
    bodies = [{"course": course, "question": f"Q{number}?", "answer": "A"} for number in range(10)]
    cards = [card["id"] for card in (await http.post(_CARDS, json=bodies)).json()]
    answers = await asyncio.gather(*(review(http, card) for card in cards * 6))
    assert {answer.status_code for answer in answers} == {200}
    counted = [(await http.get(f"{_CARDS}{card}/")).json()["total_reviews"] for card in cards]
    assert counted == [6] * 10

    await until_processed(http, f"/api/v1/courses/{course}/documents/{document}/processing_status/")
    logs = [process.log, *sorted((process.data / "logs").iterdir())]
    assert len(logs) == 3
    counts = [log.read_text("utf-8").count("/review/ 200") for log in logs]
    assert min(counts) > 0, f"each process answers some: {counts}"

    process.kill()
    await until_silent(http)


async def until_all_listen(process: StackProcess) -> None:
    """Wait for the line that ends the start: the others need a moment longer than the first one."""
    async with asyncio.timeout(PROCESS_SECONDS):
        while True:
            if "[aksio] ready" in process.log.read_text("utf-8"):
                return
            await asyncio.sleep(0.05)


async def upload(http: httpx.AsyncClient, course: str) -> str:
    files = {"file": ("leaves.txt", b"Leaves are green. They turn light into sugar.", "text/plain")}
    answer = await http.post(f"/api/v1/courses/{course}/documents/upload/", files=files)
    assert answer.is_success, answer.text
    identity: str = answer.json()["document"]["id"]
    return identity


async def review(http: httpx.AsyncClient, card: str) -> httpx.Response:
    return await http.post(f"{_CARDS}{card}/review/", json={"quality_response": 4})


async def until_processed(http: httpx.AsyncClient, path: str) -> None:
    async with asyncio.timeout(PROCESS_SECONDS):
        while True:
            answer = (await http.get(path)).json()
            if answer["processing_status"] == "completed":
                return
            assert answer["processing_status"] != "failed", answer
            await asyncio.sleep(0.1)


async def until_silent(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        with contextlib.suppress(httpx.HTTPError):
            while True:
                await http.get("/api/health/")
                await asyncio.sleep(0.05)


async def test_a_port_in_use_is_refused_although_processes_could_share_it(
    process: StackProcess,
) -> None:
    with socket.create_server(("127.0.0.1", process.port), reuse_port=True):
        assert "is taken by another program" in await process.start_in_vain()


async def test_a_number_of_processes_that_is_none_is_refused(tmp_path: Path) -> None:
    process = StackProcess(tmp_path, PROCESSES="some")
    assert "PROCESSES must be a number from 1 to 64" in await process.start_in_vain()
