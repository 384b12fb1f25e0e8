"""One JSON line per request and per warning, as Cloud Logging reads them."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.web.context import RequestContext

_requests = logging.getLogger("aksio.request")


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record, with its `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "severity": record.levelname,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def configure_logging(level: str) -> None:
    """Write every log line as JSON to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)


def log_request(
    *,
    group: str,
    context: "RequestContext",
    method: str,
    path: str,
    status: int,
    milliseconds: float,
    trace: str,
) -> None:
    """Write the line of a request; `milliseconds` is its duration, `trace` the X-Cloud-Trace-Context."""
    spent = context.meter
    fields = {
        "group": group,
        "request_id": context.request_id,
        "trace": trace.partition("/")[0],
        "user": context.claims.user_id if context.claims else None,
        "method": method,
        "route": context.route or path[:200],
        "status": status,
        "ms": round(milliseconds, 1),
        "reads": spent.reads,
        "writes": spent.writes,
        "deletes": spent.deletes,
        "tokens": spent.tokens,
    }
    level = logging.WARNING if status >= 500 else logging.INFO
    _requests.log(level, "%s %s %s", method, context.route or path[:200], status, extra={"fields": fields})
