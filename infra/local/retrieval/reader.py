"""Runs the parser's process: told progress, bounded time, killed when it is no longer wanted."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from infra.local.retrieval.blocks import DAMAGED, OUT_OF_MEMORY, Unreadable

TIMEOUT = 120.0  # seconds on the clock; the process itself is bounded to 60 of the processor
_TOO_SLOW = "Reading the file took too long"
_ENDED_BY: dict[int, str] = {
    signal.SIGXCPU: _TOO_SLOW,
    signal.SIGKILL: OUT_OF_MEMORY,
    signal.SIGABRT: OUT_OF_MEMORY,  # native code ends itself where memory is refused
}
_ROOT = Path(__file__).parents[3]


class Outcome(BaseModel):
    pages: int
    chunks: int


class _Line(BaseModel):
    progress: int | None = None
    pages: int = 0
    chunks: int | None = None
    error: str | None = None


async def read_document(
    source: Path,
    folder: Path,
    *,
    document_id: str,
    content_type: str,
    progress: Callable[[int], None],
    seconds: float = TIMEOUT,
) -> Outcome:
    """Leaves content.json and chunks.json in `folder`. Raises Unreadable with the reason where it can't."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "infra.local.retrieval.parse",
        str(source),
        str(folder),
        *("--type", content_type, "--document", document_id),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
    )
    try:
        async with asyncio.timeout(seconds):
            outcome = await _outcome(process, progress)
            code = await process.wait()
    except TimeoutError as error:
        raise Unreadable(_TOO_SLOW) from error
    finally:
        await _end(process)
    if outcome is None:
        raise Unreadable(_ENDED_BY.get(-code, DAMAGED))
    return outcome


def _environment() -> dict[str, str]:
    """Nothing secret goes along, and numpy starts no threads, each of which would reserve memory."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


async def _outcome(process: asyncio.subprocess.Process, progress: Callable[[int], None]) -> Outcome | None:
    outcome: Outcome | None = None
    stdout: Any = process.stdout
    async for raw in stdout:
        line = _parsed(raw)
        if line.error is not None:
            raise Unreadable(line.error)
        if line.progress is not None:
            progress(line.progress)
        if line.chunks is not None:
            outcome = Outcome(pages=line.pages, chunks=line.chunks)
    return outcome


def _parsed(raw: bytes) -> _Line:
    """A library may print to standard output as well; such a line says nothing."""
    try:
        return _Line.model_validate_json(raw)
    except ValidationError:
        return _Line()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
