"""The reading of documents in processes of their own: progress is told, time bounded, the unwanted killed."""

import asyncio
import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from infra.local.retrieval.blocks import DAMAGED, OUT_OF_MEMORY, Unreadable
from infra.local.retrieval.parse import Order

TIMEOUT = 120.0  # seconds on the clock; the process itself is bounded to 60 of the processor
_TOO_SLOW = "Reading the file took too long"
_ENDED_BY: dict[int, str] = {
    signal.SIGXCPU: _TOO_SLOW,
    signal.SIGKILL: OUT_OF_MEMORY,
    signal.SIGABRT: OUT_OF_MEMORY,  # native code ends itself where memory is refused
}
_ROOT = Path(__file__).parents[3]
_CHUNK_BYTES = 65_536


class Outcome(BaseModel):
    """The size of a document that was read, and what of it was not."""

    pages: int
    chunks: int
    pages_without_text: int = 0
    images_skipped: int = 0


class _Line(BaseModel):
    progress: int | None = None
    pages: int = 0
    chunks: int | None = None
    pages_without_text: int = 0
    images_skipped: int = 0
    error: str | None = None
    ended: int | None = None


class ForkServer:
    """A program that is started once it is needed, and forks a process for each file."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The program's process id while it runs."""
        return self._process.pid if self._process is not None else None

    def begin(self, order: Order) -> socket.socket:
        """Hand in the order; its process reports to the socket, and is killed when that is closed."""
        mine, theirs = socket.socketpair()
        with theirs:
            mine.sendall(json.dumps(order).encode() + b"\n")
            try:
                self._send(theirs)
            except OSError:  # it was killed
                self.end()
                self._send(theirs)
        return mine

    def end(self) -> None:
        """Stop the program and whatever it forked."""
        if self._orders is not None:
            self._orders.close()
        if self._process is not None:
            self._process.wait()
        self._orders = self._process = None

    def _send(self, job: socket.socket) -> None:
        if self._orders is None:
            self._orders = self._start()
        socket.send_fds(self._orders, [b"+"], [job.fileno()])

    def _start(self) -> socket.socket:
        mine, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        return mine


server = ForkServer((sys.executable, "-m", "infra.local.retrieval.fork_server"))
atexit.register(server.end)


async def read_document(
    source: Path,
    folder: Path,
    *,
    document_id: str,
    content_type: str,
    progress: Callable[[int], None],
    seconds: float = TIMEOUT,
) -> Outcome:
    """Read a document; leaves content.json and chunks.json in `folder`.

    Raises Unreadable with the reason if it can't be read.
    """
    order = {
        "file": str(source),
        "folder": str(folder),
        "content_type": content_type,
        "document_id": document_id,
    }
    try:
        async with asyncio.timeout(seconds):
            # A server that was killed, by a system short of memory, say, is replaced once.
            outcome = await _read(order, progress) or await _read(order, progress)
    except TimeoutError as error:
        raise Unreadable(_TOO_SLOW) from error
    if outcome is None:
        raise Unreadable(DAMAGED)
    return outcome


def _environment() -> dict[str, str]:
    """Return an environment without secrets, in which numpy starts no threads that would reserve memory."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return inherited | {"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


async def _read(order: Order, progress: Callable[[int], None]) -> Outcome | None:
    """Return the outcome, or None if the server went away. Raises Unreadable."""
    lines, ending = await asyncio.open_connection(sock=server.begin(order))
    try:
        return await _outcome(lines, progress)
    except ConnectionError:
        return None
    finally:
        await _end(lines, ending)


async def _outcome(lines: asyncio.StreamReader, progress: Callable[[int], None]) -> Outcome | None:
    outcome: Outcome | None = None
    async for raw in lines:
        line = _parse_report(raw)
        if line.error is not None:
            raise Unreadable(line.error)
        if line.progress is not None:
            progress(line.progress)
        if line.chunks is not None:
            outcome = Outcome.model_validate(line.model_dump(include=set(Outcome.model_fields)))
        if line.ended is not None and outcome is None:
            raise Unreadable(_ENDED_BY.get(-line.ended, DAMAGED))
    return outcome


def _parse_report(raw: bytes) -> _Line:
    """Parse a report; a library may print to standard output too, and such a line says nothing."""
    try:
        return _Line.model_validate_json(raw)
    except ValidationError:
        return _Line()


async def _end(lines: asyncio.StreamReader, ending: asyncio.StreamWriter) -> None:
    """Kill the process if it still runs, and wait until it is gone."""
    try:
        with contextlib.suppress(OSError):
            ending.write_eof()
            while await lines.read(_CHUNK_BYTES):
                pass
    finally:
        ending.close()
