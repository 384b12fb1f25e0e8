"""Programs that the stack starts, each in a process group of its own with a log of its own."""

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.emulated.leash import Leash
from infra.local.errors import NotStarted

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
PATIENCE = 150.0  # seconds to start: a dozen programs begin at once, two of them in Java
GRACE = 3.0  # seconds to stop
PAUSE = 0.5  # seconds before a program that ended by itself is started again; twice as many the next time
_LONGEST_PAUSE = 30.0
_SOUND = 60.0  # seconds after which a program has started well
_LAST_LINES = 12


@dataclass
class Child:
    """A program that is to listen on `port`."""

    name: str
    command: Sequence[str]
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    leash: Leash | None = field(default=None, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process as last started, and of its group."""
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
        if self.leash is not None:
            self.leash.hold(self.pid)

    async def listening(self) -> None:
        """Wait until it listens. Raises NotStarted."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self._process is not None and self._process.returncode is None:
                    if await _answers(self.port):
                        return
                    await asyncio.sleep(0.1)
        raise NotStarted(f"{self.name} did not start.{self._tail()}")

    async def stop(self) -> None:
        """It ends by itself, or is ended with all that it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), GRACE)
        await self._kill(self._process)

    async def keep_running(self) -> None:
        """Start it again whenever it ends, as the platform does, for ever."""
        pause = PAUSE
        while self._process is not None:
            began = time.monotonic()
            code = await self._process.wait()
            await self._kill(self._process)  # what it started may still have its port
            pause = PAUSE if time.monotonic() - began > _SOUND else pause
            log.warning("%s ended with %s and is started again in %s s", self.name, code, pause)
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, 2 * pause)
            await self.start()

    async def _kill(self, process: asyncio.subprocess.Process) -> None:
        """It and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        if self.leash is not None:
            self.leash.let_go(process.pid)

    def _tail(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return "".join(f"\n  {line}" for line in [f"The last lines of {self.log}:", *lines])


async def start(children: Iterable[Child], leash: Leash | None = None) -> None:
    """Start all, on the leash, and wait until all listen. Raises NotStarted."""
    children = list(children)
    for child in children:
        child.leash = leash
        await child.start()
    await asyncio.gather(*(child.listening() for child in children))


async def stop(children: Iterable[Child]) -> None:
    """All at once."""
    await asyncio.gather(*(child.stop() for child in children))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, none of them twice."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True
