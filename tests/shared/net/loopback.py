"""A server on loopback that plays an address on the internet, and a network that records who is dialled."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpcore

from shared.net.transport import SocketOption

Respond = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Loopback:
    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.name}{path}"


def answer(
    body: bytes = b"", *, status: str = "200 OK", headers: dict[str, str] | None = None
) -> Callable[[str, asyncio.StreamWriter], Awaitable[None]]:
    """A whole, ordinary answer."""
    lines = {"Content-Length": str(len(body)), "Connection": "close"} | (headers or {})

    async def respond(_path: str, writer: asyncio.StreamWriter) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)
        await writer.drain()

    return respond


def redirect(location: str, status: str = "302 Found") -> Respond:
    return answer(status=status, headers={"Location": location})


@asynccontextmanager
async def serving(
    respond: Respond, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Loopback]:
    loopback = Loopback()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loopback.connections += 1
        tasks.add(asyncio.create_task(serve(reader, writer)))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            loopback.requests.append(head)
            await respond(head.split()[1].decode(), writer)
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(accept, host, port, ssl=tls)
    loopback.port = server.sockets[0].getsockname()[1]
    try:
        yield loopback
    finally:
        server.close()
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


class Dialled(httpcore.AsyncNetworkBackend):
    """Records every address that is dialled; with `reroute`, what is dialled is that port on loopback."""

    def __init__(self, reroute: int | None = None) -> None:
        self.addresses: list[tuple[str, int]] = []
        self._reroute = reroute
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[SocketOption] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        self.addresses.append((host, port))
        if self._reroute is None:
            raise httpcore.ConnectError("no route")
        return await self._network.connect_tcp("127.0.0.1", self._reroute, timeout)


class Names:
    """A resolver with a script: each question takes the next answer, the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:  # noqa: ARG002
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
