"""Requests to addresses from users: uploads by URL, and outgoing webhooks."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from shared.language import say
from shared.net.decode import decode
from shared.net.errors import AddressRefused, FetchFailed, FetchTooLarge
from shared.net.guard import ParsedUrl
from shared.net.naming import choose_file_name, parse_media_type
from shared.net.transport import GuardedTransport

USER_AGENT = "Aksio"
MAX_REPLY_BYTES = 64 * 1024
CONNECT_SECONDS = 10.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Fetched:
    """Fetched content, with the server's content type and a file name that is safe to show and store."""

    content: bytes
    content_type: str
    final_url: str
    file_name: str


@dataclass(frozen=True)
class Posted:
    """The response to a POST; `body` is cut after `MAX_REPLY_BYTES`, `retry_after` is the header's text."""

    status: int
    body: bytes
    retry_after: str = ""


async def fetch(
    url: str,
    *,
    transport: GuardedTransport,
    max_bytes: int,
    timeout: float,  # noqa: ASYNC109 - for all requests together
    max_redirects: int = 5,
    accept: str = "*/*",
) -> Fetched:
    """Fetch an address; `timeout` is in seconds, for redirects and body together.

    Raises AddressRefused, FetchFailed, FetchTooLarge.
    """
    async with _translate_errors(timeout):
        target = transport.check(url)
        for _ in range(max_redirects + 1):
            async with _send(transport, _build_get(target, accept, timeout)) as response:
                if response.status_code not in REDIRECTS:
                    return await _read_content(response, target, max_bytes)
                target = _follow_redirect(transport, target, response)
    raise FetchFailed("The address redirects too often")


async def post(
    url: str,
    *,
    transport: GuardedTransport,
    content: bytes,
    headers: Mapping[str, str],
    timeout: float,  # noqa: ASYNC109 - for all requests together
) -> Posted:
    """Send a body to an address without following redirects; return the response of any status.

    Raises AddressRefused, FetchFailed.
    """
    async with _translate_errors(timeout):
        target = transport.check(url)
        request = httpx.Request(
            "POST",
            target.url,
            headers={**_build_headers("*/*"), **headers},
            content=content,
            extensions=_build_timeouts(timeout),
        )
        async with _send(transport, request) as response:
            retry_after = response.headers.get("retry-after", "")
            posted = Posted(response.status_code, await _read_beginning(response), retry_after)
    return posted


@asynccontextmanager
async def _translate_errors(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except (TimeoutError, httpx.TimeoutException) as error:
        raise FetchFailed("The address did not respond in time") from error
    except httpx.TransportError as error:
        raise FetchFailed from error


@asynccontextmanager
async def _send(transport: GuardedTransport, request: httpx.Request) -> AsyncIterator[httpx.Response]:
    response = await transport.handle_async_request(request)
    try:
        yield response
    finally:
        await response.aclose()


def _build_get(target: ParsedUrl, accept: str, seconds: float) -> httpx.Request:
    return httpx.Request(
        "GET", target.url, headers=_build_headers(accept), extensions=_build_timeouts(seconds)
    )


def _build_headers(accept: str) -> dict[str, str]:
    return {"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "identity"}


def _build_timeouts(seconds: float) -> dict[str, dict[str, float | None]]:
    return {"timeout": httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)).as_dict()}


def _follow_redirect(transport: GuardedTransport, origin: ParsedUrl, response: httpx.Response) -> ParsedUrl:
    try:
        location = str(origin.url.join(response.headers["location"]))
    except (KeyError, ValueError, httpx.InvalidURL) as error:
        raise FetchFailed("The address redirects to an invalid address") from error
    target = transport.check(location)
    if (origin.scheme, target.scheme) == ("https", "http"):
        raise AddressRefused("The address redirects from https to http.")
    return target


async def _read_content(response: httpx.Response, origin: ParsedUrl, max_bytes: int) -> Fetched:
    if not response.is_success:
        raise FetchFailed(say("The address responded with status {status}", status=str(response.status_code)))
    content = await _read_limited(response, max_bytes)
    return Fetched(
        content=content,
        content_type=parse_media_type(response.headers.get("content-type", "")),
        final_url=str(origin),
        file_name=choose_file_name(response.headers.get("content-disposition", ""), origin.url.path),
    )


async def _read_limited(response: httpx.Response, max_bytes: int) -> bytes:
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise FetchTooLarge
    content = bytearray()
    async for piece in decode(response.aiter_raw(), response.headers.get("content-encoding", "")):
        content += piece
        if len(content) > max_bytes:
            raise FetchTooLarge
    return bytes(content)


async def _read_beginning(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) >= MAX_REPLY_BYTES:
            break
    return bytes(content[:MAX_REPLY_BYTES])
