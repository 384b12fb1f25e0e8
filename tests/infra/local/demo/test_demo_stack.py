"""The stack as a child process: started when the port is free, explained when it fails, always stopped."""

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from infra.local.demo import stack
from infra.local.demo.stack import StackFailed, run_stack

HOST = "127.0.0.1"
READY = "import os, time; print('[aksio] ready', os.getpid(), flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}"


def python(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_alive(log: Path) -> bool:
    try:
        os.kill(int(log.read_text().split()[-1]), 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def listen(body: bytes) -> Iterator[int]:
    """A web server that gives everybody the same answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = HTTPServer((HOST, 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_the_stack_is_ready_inside_and_gone_after(tmp_path: Path) -> None:
    log = tmp_path / "data" / "demo.log"
    async with run_stack(host=HOST, port=find_free_port(), log=log, command=python(READY)):
        assert is_alive(log)
    assert not is_alive(log)


async def test_a_stack_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "MAX_STOP_SECONDS", 0.2)
    log = tmp_path / "demo.log"
    async with run_stack(host=HOST, port=find_free_port(), log=log, command=python(STUBBORN)):
        pass
    assert not is_alive(log)


async def test_the_stack_is_stopped_when_the_demo_is_interrupted(tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    entered = asyncio.Event()

    async def wait_inside() -> None:
        async with run_stack(host=HOST, port=find_free_port(), log=log, command=python(READY)):
            entered.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(wait_inside())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_alive(log)


async def test_a_failed_start_shows_the_last_lines_of_the_log(tmp_path: Path) -> None:
    failing = python("print(*range(40), sep='\\n'); print('no such folder'); raise SystemExit(3)")
    with pytest.raises(StackFailed) as raised:
        async with run_stack(host=HOST, port=find_free_port(), log=tmp_path / "demo.log", command=failing):
            pass
    text = str(raised.value)
    assert "ended with code 3" in text
    assert text.endswith("  39\n  no such folder")
    assert "\n  20\n" not in text


async def test_a_stack_that_is_never_ready_is_given_up_and_stopped(tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    silent = python("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    with pytest.raises(StackFailed, match="not ready after 1 s"):
        async with run_stack(host=HOST, port=find_free_port(), log=log, command=silent, start_seconds=1.0):
            pass
    assert not is_alive(log)


async def test_a_failed_start_without_a_word_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(StackFailed, match=r"ended with code 1 at its start\.$"):
        async with run_stack(
            host=HOST, port=find_free_port(), log=tmp_path / "demo.log", command=python("raise SystemExit(1)")
        ):
            pass


async def test_a_stack_on_the_port_is_named_and_another_port_advised(tmp_path: Path) -> None:
    body = b'{"status": "healthy", "version": "1.0.0", "checks": {}}'
    with listen(body) as port, pytest.raises(StackFailed) as raised:
        async with run_stack(host=HOST, port=port, log=tmp_path / "demo.log"):
            pass
    assert "An Aksio stack is already running" in str(raised.value)
    assert f"PORT={port + 1}" in str(raised.value)
    assert not (tmp_path / "demo.log").exists()


async def test_another_program_on_the_port_is_told_apart(tmp_path: Path) -> None:
    with (
        listen(b"hello") as port,
        pytest.raises(StackFailed, match=f"Another program listens on port {port}"),
    ):
        async with run_stack(host=HOST, port=port, log=tmp_path / "demo.log"):
            pass


async def test_an_address_that_is_not_ours_is_told(tmp_path: Path) -> None:
    with pytest.raises(StackFailed, match="can't be used"):
        async with run_stack(host="192.0.2.1", port=find_free_port(), log=tmp_path / "demo.log"):
            pass
