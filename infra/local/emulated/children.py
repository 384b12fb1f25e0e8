"""Programs that the stack starts, each in a process group of its own with a log of its own."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.errors import NotStarted

HOST = "127.0.0.1"
PATIENCE = 150.0  # seconds to start: a dozen programs begin at once, two of them in Java
GRACE = 3.0  # seconds to stop
_LAST_LINES = 12


@dataclass
class Child:
    """A program that is to listen on `port`."""

    name: str
    command: Sequence[str]
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    async def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )

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
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    def _tail(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return "".join(f"\n  {line}" for line in [f"The last lines of {self.log}:", *lines])


async def start(children: Iterable[Child]) -> None:
    """Start all and wait until all listen. Raises NotStarted."""
    children = list(children)
    for child in children:
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
