"""Forward requests to a function and stream its answers back."""

import logging
from collections.abc import AsyncIterator

import httpx
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import ServiceUnavailable
from shared.services import Services
from shared.web.context import choose_request_id
from shared.web.errors import build_error_response

log = logging.getLogger(__name__)

# Headers of one connection, not to be forwarded (RFC 9110, section 7.6.1).
_HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_SERVER_HEADERS = frozenset({"date", "server"})  # set by the gateway's own server


def create_client() -> httpx.AsyncClient:
    """Create a client without read timeout, since streams may be silent for long.

    Idle connections are closed before the server closes them.
    """
    return httpx.AsyncClient(
        timeout=httpx.Timeout(None, connect=5),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=1),
        trust_env=False,
    )


class Proxy:
    """An ASGI application in front of the function at `url`."""

    def __init__(self, services: Services, url: str, http: httpx.AsyncClient) -> None:
        self._services = services
        self._url = httpx.URL(url)
        self._http = http

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer = await self._http.send(self._outgoing(request), stream=True)
        except httpx.HTTPError as problem:
            log.warning("no answer to %s: %r", request.url.path, problem)
            await self._unavailable(request)(scope, receive, send)
            return
        try:
            await _stream_answer(answer)(scope, receive, send)
        finally:
            await answer.aclose()

    def _outgoing(self, request: Request) -> httpx.Request:
        query = request.scope["query_string"]
        target = request.scope["raw_path"] + (b"?" + query if query else b"")
        headers = [*_end_to_end_headers(request.headers), ("X-Forwarded-For", _forwarded_for(request))]
        body = request.stream() if _has_body(request.headers) else None
        return httpx.Request(
            request.method, self._url.copy_with(raw_path=target), headers=headers, content=body
        )

    def _unavailable(self, request: Request) -> ASGIApp:
        identity = choose_request_id(request.headers, self._services.ids)
        return build_error_response(ServiceUnavailable(), request_id=identity, now=self._services.clock.now())


def _stream_answer(answer: httpx.Response) -> StreamingResponse:
    dropped = _HOP_BY_HOP | _SERVER_HEADERS
    response = StreamingResponse(_read_chunks(answer), answer.status_code)
    response.raw_headers = [
        (name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in dropped
    ]
    return response


async def _read_chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for chunk in answer.aiter_raw():
        yield chunk


def _end_to_end_headers(headers: Headers) -> list[tuple[str, str]]:
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    dropped = _HOP_BY_HOP | named | {"x-forwarded-for"}
    return [(name, value) for name, value in headers.items() if name not in dropped]


def _forwarded_for(request: Request) -> str:
    """Append the caller's address to those that the request bears."""
    caller = request.client.host if request.client else "unknown"
    return ", ".join([*request.headers.getlist("X-Forwarded-For"), caller])


def _has_body(headers: Headers) -> bool:
    return "Content-Length" in headers or "Transfer-Encoding" in headers
