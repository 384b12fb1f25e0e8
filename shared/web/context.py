"""The context of a request: its id, cost, caller and limits."""

import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from shared.clock import Clock, Ids, SystemClock
from shared.errors import ApiError
from shared.identity import AccessClaims
from shared.identity.credentials import Credentials
from shared.store import Cost, Meter
from shared.web.limits import RateLimits, Window, build_refusal

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_KEY = "aksio.context"


@dataclass
class RequestContext:
    """The state of one request; `body_limit` is in bytes, `network` the caller's as limits count it."""

    request_id: str
    body_limit: int
    clock: Clock = field(default_factory=SystemClock)
    accepted_languages: str = ""
    too_large: ApiError | None = None  # of a body over the limit, where there is more to say than usual
    meter: Meter = field(default_factory=Meter)
    credentials: Credentials = field(default_factory=Credentials)
    cost: Cost | None = None
    route: str = ""
    idempotency_key: str | None = None
    network: str = "unknown"
    limits: RateLimits | None = None
    window: Window | None = None
    is_counted: bool = False

    @property
    def claims(self) -> AccessClaims | None:
        return self.credentials.claims

    def count_request(self, *, is_open: bool) -> None:
        """Count the request of a caller with a token, once. Raises RateLimited."""
        if self.claims is None or self.limits is None or self.is_counted:
            return
        self.is_counted = True
        self.window, allowed = self.limits.count(self.claims, is_open=is_open)
        if not allowed:
            raise build_refusal(self.window)


def choose_request_id(headers: MutableMapping[str, str] | Any, ids: Ids) -> str:
    """Return the caller's X-Request-ID where it is well-formed, else a new id."""
    requested = headers.get("X-Request-ID", "")
    return requested if _REQUEST_ID.fullmatch(requested) else f"req_{ids.new().replace('-', '')}"


_NOWHERE = RequestContext("req_unknown", body_limit=0)
_current: ContextVar[RequestContext] = ContextVar("request_context", default=_NOWHERE)


@contextmanager
def use_context(context: RequestContext) -> Iterator[None]:
    """Make it the context of the block, for what is not handed the request, such as streams."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def get_current_context() -> RequestContext:
    """Return the context of the request that is being answered, one of no request outside of any."""
    return _current.get()


def attach_context(scope: MutableMapping[str, Any], context: RequestContext) -> None:
    """Store the context in the ASGI scope."""
    scope[_KEY] = context


def get_context(scope: MutableMapping[str, Any]) -> RequestContext:
    """Return the context of the request. Raises KeyError outside of one."""
    found: RequestContext = scope[_KEY]
    return found


def get_request_id(scope: MutableMapping[str, Any]) -> str:
    """Return the id of the request, or `req_unknown` before there is one."""
    context: RequestContext | None = scope.get(_KEY)
    return context.request_id if context else "req_unknown"
