"""The trace of a call: what connects its log lines, its messages and their consumers.

Ids are those of W3C Trace Context (https://www.w3.org/TR/trace-context/), which Cloud Run sends too.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

TRACE_HEADER = "traceparent"
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_CLOUD_TRACE = re.compile(r"([0-9a-f]{32})/([0-9]{1,20})(?:;o=([01]))?")
_CLOUD_TRACE_HEADER = "X-Cloud-Trace-Context"


@dataclass(frozen=True)
class Trace:
    """A place in a trace, and the id of the request that began it, empty where none did.

    `span_id` is empty where nothing has recorded a span.
    """

    trace_id: str
    span_id: str = ""
    sampled: bool = False
    request_id: str = ""

    @property
    def parent(self) -> str:
        """The `traceparent` of what follows from here."""
        return f"00-{self.trace_id}-{self.span_id or self.trace_id[16:]}-{'01' if self.sampled else '00'}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def get_trace() -> Trace | None:
    """Return the trace of the current call."""
    return _current.get()


@contextmanager
def use_trace(trace: Trace) -> Iterator[None]:
    """Make it the trace of the block."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)


def parse_trace(parent: str, *, request_id: str = "") -> Trace:
    """Return the trace of a `traceparent`, or a new one where it is malformed."""
    if (found := _TRACEPARENT.fullmatch(parent)) and int(found[1], 16) and int(found[2], 16):
        return Trace(found[1], found[2], bool(int(found[3], 16) & 1), request_id)
    return Trace(secrets.token_hex(16), request_id=request_id)


def read_trace(headers: Mapping[str, str], *, request_id: str) -> Trace:
    """Return the trace that the headers of a request name, or a new one."""
    if TRACE_HEADER in headers:
        return parse_trace(headers[TRACE_HEADER], request_id=request_id)
    if (found := _CLOUD_TRACE.fullmatch(headers.get(_CLOUD_TRACE_HEADER, ""))) and int(found[2]) < 2**64:
        return Trace(found[1], f"{int(found[2]):016x}", found[3] == "1", request_id)
    return parse_trace("", request_id=request_id)
