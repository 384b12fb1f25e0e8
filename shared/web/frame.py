"""The outermost layer of every HTTP function: request ids, rate and body limits, logs, unhandled errors."""

import contextlib
import logging
import time
from collections.abc import Sequence

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.audit import Origin, use_origin
from shared.errors import RateLimited
from shared.language import choose_language, get_language, use_language
from shared.logs import log_request, use_log_fields
from shared.services import Services
from shared.store import use_meter
from shared.trace import read_trace
from shared.web.access import read_credentials
from shared.web.context import RequestContext, attach_context, choose_request_id, use_context
from shared.web.errors import InternalFault, build_error_response, to_api_error
from shared.web.limits import RateLimits, build_refusal, mask_network
from shared.web.memory import BodyMemory, LimitedBody

log = logging.getLogger(__name__)

_WITH_SENTENCES = ("application/json", "text/event-stream")  # types of answers that have texts of ours


class Frame:
    """Middleware in pure ASGI: FastAPI's handler for Exception would start a second response."""

    def __init__(
        self, app: ASGIApp, *, services: Services, group: str, free_paths: Sequence[str] = ()
    ) -> None:
        """Serve `app`; what lies below `free_paths` is counted apart from other requests."""
        self._app = app
        self._services = services
        self._group = group
        self._free_paths = tuple(free_paths)
        self._limits = RateLimits(services.settings)
        self._memory = BodyMemory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            send = _send_no_body(send)
        request = Request(_route_scope(scope))
        context = RequestContext(
            choose_request_id(request.headers, self._services.ids),
            self._services.settings.request_body_limit_bytes,
            self._services.clock,
            request.headers.get("Accept-Language", ""),
        )
        attach_context(request.scope, context)
        context.credentials = read_credentials(request, self._services)
        address = self._limits.find_address(request)
        context.limits, context.network = self._limits, mask_network(address)
        is_free = self._is_free(request.scope["path"])
        window, allowed = self._limits.admit(request, context.claims, is_free=is_free)
        context.window, context.is_counted = window, is_free
        body = LimitedBody(receive, context, self._memory)
        answer = _Answer(send, context, show_cost=self._services.settings.on_a_laptop)
        started = time.perf_counter()
        origin = Origin.of(address, request.headers.get("User-Agent", ""))
        user = context.claims.user_id if context.claims else None
        trace = read_trace(request.headers, request_id=context.request_id)
        with (
            self._services.recorder.record(scope["method"], trace, kind="server") as attributes,
            use_log_fields(group=self._group, user=user),
            use_meter(context.meter),
            use_origin(origin),
            use_context(context),
            use_language(choose_language(context.accepted_languages)),
        ):
            try:
                if allowed:
                    await self._app(request.scope, body.receive, answer)
                else:
                    await self._fail(request, receive, answer, build_refusal(window))
            except Exception as error:  # noqa: BLE001 - nothing else catches it
                await self._fail(request, receive, answer, error)
            finally:
                body.release()
            if allowed:
                self._count_unrouted(context)
            attributes |= {
                "http.request.method": scope["method"],
                "http.route": context.route,
                "http.response.status_code": answer.status,
                "aksio.group": self._group,
                "aksio.reads": context.meter.reads,
                "aksio.writes": context.meter.writes,
            }
            log_request(
                group=self._group,
                context=context,
                method=scope["method"],
                path=request.scope["path"],
                status=answer.status,
                milliseconds=(time.perf_counter() - started) * 1000,
            )

    def _is_free(self, path: str) -> bool:
        return any(path == each or (each != "/" and path.startswith(each)) for each in self._free_paths)

    def _count_unrouted(self, context: RequestContext) -> None:
        """Count what reached no route: the next request is refused, this one has its answer."""
        with contextlib.suppress(RateLimited):
            context.count_request(is_open=False)

    async def _fail(self, request: Request, receive: Receive, answer: "_Answer", error: Exception) -> None:
        known = to_api_error(error)
        if isinstance(known, InternalFault):
            log.error("unhandled error in %s %s", request.method, request.url.path, exc_info=error)
        if not answer.started:
            context = answer.context
            response = build_error_response(
                known, request_id=context.request_id, now=self._services.clock.now()
            )
            await response(request.scope, receive, answer)


class _Answer:
    """Passes the response on, with the headers of every response."""

    def __init__(self, send: Send, context: RequestContext, *, show_cost: bool) -> None:
        self._send = send
        self.context = context
        self._show_cost = show_cost
        self.status = 0

    @property
    def started(self) -> bool:
        return self.status != 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.context.request_id
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Cache-Control", "no-store")
            if headers.get("Content-Type", "").startswith(_WITH_SENTENCES):
                headers.setdefault("Content-Language", get_language())
                headers.add_vary_header("Accept-Language")
            if self.context.window is not None:
                headers.raw.extend(self.context.window.headers)  # which no route sets
            if self._show_cost:
                headers["X-Store-Cost"] = _format_cost(self.context)
        await self._send(message)


def _format_cost(context: RequestContext) -> str:
    spent = context.meter
    text = f"reads={spent.reads} writes={spent.writes} deletes={spent.deletes}"
    if context.cost is not None:
        text += f" within={'yes' if context.cost.allows(spent) else 'no'}"
    return text


def _route_scope(scope: Scope) -> Scope:
    """Return the scope to find a route by: with the slash that all paths end with, and GET for HEAD."""
    path: str = scope["path"]
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return {**scope, "path": path if path.endswith("/") else f"{path}/", "method": method}


def _send_no_body(send: Send) -> Send:
    """Send the headers alone; the end that follows at once also ends what would stream."""

    async def send_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_headers
