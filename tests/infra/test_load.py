"""The program that asks servers as fast as they answer (bench/load.py)."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

LOAD = Path(__file__).parents[2] / "bench" / "load.py"

pytestmark = pytest.mark.slow


@asynccontextmanager
async def serving(status: str, asked: Counter[bytes]) -> AsyncIterator[int]:
    """A server whose answers come in two parts; yields its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                asked[head.split()[1]] += 1
                writer.write(f"HTTP/1.1 {status}\r\nContent-".encode())
                await writer.drain()
                await asyncio.sleep(0.001)
                writer.write(b"Length: 3\r\n\r\nyes")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def run_load(port: int, folder: Path) -> tuple[int | None, dict[str, Any]]:
    file = folder / "requests.json"
    file.write_text(json.dumps([f"GET /{number} HTTP/1.1\r\n\r\n" for number in range(5)]), "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(LOAD), str(port), "0.3", "3", str(file), "1",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode, json.loads(output or b"{}")


async def test_all_requests_are_sent_in_turn_and_counted_when_answered(tmp_path: Path) -> None:
    asked: Counter[bytes] = Counter()
    async with serving("200 OK", asked) as port:
        code, measured = await run_load(port, tmp_path)
    assert code == 0
    assert 0 < measured["answered"] <= asked.total() <= measured["answered"] + 3
    assert asked.total() < 5 or set(asked) == {b"/0", b"/1", b"/2", b"/3", b"/4"}
    assert measured["seconds"] >= 0.3
    assert 0 < measured["processor_seconds"] < measured["seconds"]


async def test_an_answer_that_is_no_success_ends_the_measurement(tmp_path: Path) -> None:
    async with serving("503 Service Unavailable", Counter()) as port:
        code, measured = await run_load(port, tmp_path)
    assert (code, measured) == (1, {})
