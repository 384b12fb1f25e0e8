"""One JSON line per request, delivery and warning, as Cloud Logging reads them.

Every line of a request or a delivery has its fields: request id, trace, user, group, route, consumer or task,
attempt, cold start.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.trace import get_trace

if TYPE_CHECKING:
    from shared.store import Meter
    from shared.web.context import RequestContext

_requests = logging.getLogger("aksio.request")
_deliveries = logging.getLogger("aksio.delivery")
_fields: ContextVar[dict[str, Any] | None] = ContextVar("log_fields", default=None)


class _Process:
    """The state of this process: whether it has handled nothing yet."""

    is_cold = True


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record: its own `fields` and those of the call. `project` names traces."""

    def __init__(self, project: str = "") -> None:
        super().__init__()
        self._traces = f"projects/{project}/traces/" if project else ""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "severity": record.levelname,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
            "message": record.getMessage(),
            **self._describe_trace(),
            **(_fields.get() or {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)

    def _describe_trace(self) -> dict[str, Any]:
        trace = get_trace()
        if trace is None:
            return {}
        line: dict[str, Any] = {"logging.googleapis.com/trace": f"{self._traces}{trace.trace_id}"}
        if trace.span_id:
            line["logging.googleapis.com/spanId"] = trace.span_id
            line["logging.googleapis.com/trace_sampled"] = trace.sampled
        return {"request_id": trace.request_id, **line} if trace.request_id else line


def configure_logging(level: str, *, project: str = "") -> None:
    """Write every log line as JSON to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(project))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)


@contextmanager
def use_log_fields(**fields: Any) -> Iterator[None]:
    """Give these fields, and no others, to each line of the block; None stands for an unknown one."""
    if _Process.is_cold:
        _Process.is_cold = False
        fields["cold_start"] = True
    token = _fields.set({name: value for name, value in fields.items() if value is not None})
    try:
        yield
    finally:
        _fields.reset(token)


def note_log_fields(**fields: Any) -> None:
    """Add fields to the lines that follow in this call."""
    current = _fields.get()
    if current is not None:
        current.update(fields)


def log_request(
    *,
    group: str,
    context: "RequestContext",
    method: str,
    path: str,
    status: int,
    milliseconds: float,
) -> None:
    """Write the line of a request; `milliseconds` is its duration."""
    level = logging.WARNING if status >= 500 else logging.INFO
    if not _requests.isEnabledFor(level):
        return
    route = context.route or path[:200]
    fields = {
        "group": group,
        "request_id": context.request_id,
        "user": context.claims.user_id if context.claims else None,
        "method": method,
        "route": route,
        "status": status,
        "ms": round(milliseconds, 1),
        **_describe_cost(context.meter),
    }
    _requests.log(level, "%s %s %s", method, route, status, extra={"fields": fields})


def log_delivery(name: str, *, message_id: str, outcome: str, milliseconds: float, spent: "Meter") -> None:
    """Write the line of a delivery to one consumer, or of a task; `name` is the consumer's or the task's."""
    fields = {
        "message_id": message_id,
        "outcome": outcome,
        "ms": round(milliseconds, 1),
        **_describe_cost(spent),
    }
    level = logging.WARNING if outcome == "failed" else logging.INFO
    _deliveries.log(level, "%s %s", name, outcome, extra={"fields": fields})


def _describe_cost(spent: "Meter") -> dict[str, int]:
    return {
        "reads": spent.reads,
        "writes": spent.writes,
        "deletes": spent.deletes,
        "tokens": spent.tokens,
    }
