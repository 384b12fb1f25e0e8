"""A transport for httpx that connects to the address it has checked, so that a second DNS answer is useless.

It uses no proxies, reads nothing from the environment, and follows no redirects.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager

import httpcore
import httpx

from shared.net.errors import AddressRefused
from shared.net.guard import (
    INSIDE,
    ParsedUrl,
    check_host,
    check_url,
    format_host_and_port,
    is_public,
    parse_literal,
)

Resolve = Callable[[str, int], Awaitable[list[str]]]
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

KEPT_CONNECTIONS = 10
CONNECTIONS = 50


async def resolve_host(host: str, port: int) -> list[str]:
    """Return every address that the system's resolver has for a name. Raises OSError."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, checks every address, and connects to one of them. Raises AddressRefused.

    TLS and the Host header keep the original name: they are set above this layer.
    """

    def __init__(
        self, *, resolve: Resolve, allowed_hosts: frozenset[str], network: httpcore.AsyncNetworkBackend
    ) -> None:
        self._resolve = resolve
        self._allowed_hosts = allowed_hosts
        self._network = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._list_addresses(host, port, timeout):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _list_addresses(self, host: str, port: int, seconds: float | None) -> list[str]:
        if format_host_and_port(host, port) in self._allowed_hosts:
            return await self._resolve_in_time(host, port, seconds)
        check_host(host)
        addresses = [host] if parse_literal(host) else await self._resolve_in_time(host, port, seconds)
        if not all(map(is_public, addresses)):
            raise AddressRefused(INSIDE)
        return addresses

    async def _resolve_in_time(self, host: str, port: int, seconds: float | None) -> list[str]:
        try:
            async with asyncio.timeout(seconds):
                return await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} could not be resolved") from error


class GuardedTransport(httpx.AsyncBaseTransport):
    """The only transport to addresses from users; one per process.

    `allowed_hosts` are `host:port` exceptions for local development; `resolve` and `network` are for tests.
    """

    def __init__(
        self,
        *,
        allowed_hosts: frozenset[str] = frozenset(),
        resolve: Resolve = resolve_host,
        network: httpcore.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed_hosts = allowed_hosts
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            max_connections=CONNECTIONS,
            max_keepalive_connections=KEPT_CONNECTIONS,
            keepalive_expiry=5.0,
            network_backend=GuardedBackend(
                resolve=resolve, allowed_hosts=allowed_hosts, network=network or httpcore.AnyIOBackend()
            ),
        )

    def check(self, url: str) -> ParsedUrl:
        """Check an address with this transport's exceptions. Raises AddressRefused."""
        return check_url(url, allowed_hosts=self._allowed_hosts)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        outgoing = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _translate_errors():
            incoming = await self._pool.handle_async_request(outgoing)
        return httpx.Response(
            status_code=incoming.status,
            headers=incoming.headers,
            stream=_Body(incoming),
            extensions=incoming.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translate_errors():
            async for chunk in self._response.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        with _translate_errors():
            await self._response.aclose()


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except httpcore.ConnectError as error:
        raise httpx.ConnectError(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.TransportError(str(error)) from error
