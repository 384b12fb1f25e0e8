"""Start and stop the programs of the stack, each in its own process group with its own log."""

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from infra.local.emulated.reaper import Reaper
from infra.local.errors import NotStarted
from shared.retries import RetryPolicy

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
START_TIMEOUT_SECONDS = 150.0  # a dozen programs start at the same time, two of them in Java
STOP_TIMEOUT_SECONDS = 3.0
RESTARTS = RetryPolicy(first_pause=timedelta(seconds=0.5), max_pause=timedelta(seconds=30))
_STABLE_SECONDS = 60.0  # a program that ran this long is restarted after the shortest delay again
_LOG_TAIL_LINES = 12


@dataclass
class Child:
    """A program that listens on `port` once it is started."""

    name: str
    command: Sequence[str]
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    restarts: RetryPolicy = RESTARTS
    reaper: Reaper | None = field(default=None, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The id of the process that was started last, and of its group."""
        assert self._process is not None, "not started"  # noqa: S101
        return self._process.pid

    async def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb" if self._process is None else "ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )
        if self.reaper is not None:
            self.reaper.watch(self.pid)

    async def wait_until_listening(self) -> None:
        """Return when the program listens. Raises NotStarted where it ends or does not listen in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(START_TIMEOUT_SECONDS):
                while self._process is not None and self._process.returncode is None:
                    if await _is_listening(self.port):
                        return
                    await asyncio.sleep(0.1)
        raise NotStarted(f"{self.name} did not start.{self._log_tail()}")

    async def stop(self) -> None:
        """Ask the program to end, then kill what is left of its process group."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), STOP_TIMEOUT_SECONDS)
        await self._kill(self._process)

    async def keep_running(self) -> None:
        """Restart the program whenever it ends, as the platform does, until cancelled."""
        failures = 0
        while self._process is not None:
            started = time.monotonic()
            code = await self._process.wait()
            await self._kill(self._process)  # a process it started may still hold its port
            failures = 1 if time.monotonic() - started > _STABLE_SECONDS else failures + 1
            delay = self.restarts.pause_after(failures).total_seconds()
            log.warning("%s exited with code %s; restarting in %s s", self.name, code, delay)
            await asyncio.sleep(delay)
            await self.start()

    async def _kill(self, process: asyncio.subprocess.Process) -> None:
        """Kill the process and all processes that it started."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        if self.reaper is not None:
            self.reaper.forget(process.pid)

    def _log_tail(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        return "".join(f"\n  {line}" for line in [f"Last lines of {self.log}:", *lines])


async def start(children: Iterable[Child], reaper: Reaper | None = None) -> None:
    """Start all and wait until all listen. Raises NotStarted."""
    children = list(children)
    for child in children:
        child.reaper = reaper
        await child.start()
    await asyncio.gather(*(child.wait_until_listening() for child in children))


async def stop(children: Iterable[Child]) -> None:
    """Stop all at the same time."""
    await asyncio.gather(*(child.stop() for child in children))


def free_ports(count: int) -> list[int]:
    """Find different ports on which nothing listens."""
    with ExitStack() as probing:
        probes = [probing.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]


async def _is_listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True
