"""The real stack as a process of its own, which may be killed."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.deadlines import PROCESS_SECONDS

ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-m", "infra.local", "run")
_ROOMY = {
    "RATE_LIMIT_USER_PER_MINUTE": "1000000",
    "RATE_LIMIT_ANONYMOUS_PER_MINUTE": "1000000",
    "RATE_LIMIT_UPLOADS_PER_HOUR": "100000",
    "RATE_LIMIT_GENERATIONS_PER_HOUR": "100000",
    "QUOTA_DOCUMENTS": "100000",
}


class StackProcess:
    """`python -m infra.local run` on a folder and a port of its own."""

    def __init__(self, folder: Path, *, code: Path = ROOT, **environment: str) -> None:
        """Serve the `code` of a checkout, this one or another."""
        self._code = code
        self._environment = environment
        self.data = folder / "data"
        self.log = folder / "stack.log"
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._started: list[int] = []

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.to_thread(self._spawn, log.fileno())
        self._started.append(self.pid)
        await self._ready()

    async def start_in_vain(self) -> str:
        """Start what cannot run; return what it says."""
        with self.log.open("ab") as log:
            self._process = await asyncio.to_thread(self._spawn, log.fileno())
        self._started.append(self.pid)
        assert await asyncio.to_thread(self._process.wait, PROCESS_SECONDS) == 1
        return self.log.read_text("utf-8")

    def kill(self) -> None:
        """SIGKILL, as a machine that goes away would; what it had begun to parse goes on alone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Leave nothing of any start running."""
        for pid in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        mine = {"PORT": str(self.port), "DATA_DIR": str(self.data), "LOG_LEVEL": "WARNING"}
        return subprocess.Popen(
            _COMMAND,
            cwd=self._code,
            env=environment | _ROOMY | mine | self._environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    async def _ready(self) -> None:
        assert self._process is not None
        limit = time.monotonic() + PROCESS_SECONDS
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            while self._process.poll() is None and time.monotonic() < limit:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get("/api/health/", timeout=5)).is_success:
                        return
                await asyncio.sleep(0.02)
        raise AssertionError(f"the stack did not start:\n{self.log.read_text()[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
