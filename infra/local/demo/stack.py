"""The local stack as a child process."""

import asyncio
import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from infra.local.demo.answers import Health
from infra.local.demo.client import DemoFailed, parse_answer

COMMAND = (sys.executable, "-m", "infra.local", "run")
READY = "[aksio] ready"
MAX_START_SECONDS = 200.0  # with STACK=emulators a dozen programs do
MAX_STOP_SECONDS = 15.0
SHOWN_LOG_LINES = 12
_PROBE = httpx.Timeout(3.0)


class StackFailed(DemoFailed):
    """The stack could not be started."""


@asynccontextmanager
async def run_stack(
    *,
    host: str,
    port: int,
    log: Path,
    command: Sequence[str] = COMMAND,
    start_seconds: float = MAX_START_SECONDS,
) -> AsyncIterator[None]:
    """Start the stack, wait until it is ready, and stop it on the way out. Raises StackFailed."""
    await _refuse_taken(host, port)
    process = _spawn(command, log)
    try:
        await _wait_until_ready(process, log, start_seconds)
        yield
    finally:
        _stop(process)


async def _refuse_taken(host: str, port: int) -> None:
    if _is_free(host, port):
        return
    command = f"PORT={port + 1} DATA_DIR=.data-{port + 1} make demo"
    if await _is_aksio(port):
        raise StackFailed(
            f"An Aksio stack is already running on http://localhost:{port}."
            f" Stop it, or run the demo beside it: {command}."
        )
    raise StackFailed(f"Another program listens on port {port}. Run the demo on another port: {command}.")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise StackFailed(f"Port {port} can't be used: {error.strerror}.") from error
    return True


async def _is_aksio(port: int) -> bool:
    try:
        async with httpx.AsyncClient(timeout=_PROBE, trust_env=False) as http:
            parse_answer(Health, await http.get(f"http://localhost:{port}/api/health/"))
    except (httpx.HTTPError, DemoFailed):
        return False
    return True


def _spawn(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start the child in its own session: Ctrl-C reaches this program alone, which then stops the child."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - a fixed command of this repository
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )


async def _wait_until_ready(process: subprocess.Popen[bytes], log: Path, start_seconds: float) -> None:
    limit = time.monotonic() + start_seconds
    while READY not in _read_log(log):
        if process.poll() is not None:
            raise StackFailed(
                f"The stack ended with code {process.returncode} at its start.{_read_tail(log)}"
            )
        if time.monotonic() > limit:
            raise StackFailed(f"The stack was not ready after {start_seconds:.0f} s.{_read_tail(log)}")
        await asyncio.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(MAX_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read_log(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _read_tail(log: Path) -> str:
    lines = _read_log(log).splitlines()[-SHOWN_LOG_LINES:]
    return "".join(f"\n  {line}" for line in [f"The last lines of {log}:", *lines]) if lines else ""
