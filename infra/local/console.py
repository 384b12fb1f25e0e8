"""Log lines for a person at a terminal: a short line for each request, and whatever went wrong."""

import logging
from datetime import datetime
from typing import Any, TextIO

_COLORS = {2: "32", 3: "36", 4: "33", 5: "31"}  # of a status, by its first digit
_FADED = "2"
_WRONG = "31"


def show_on_console(target: TextIO) -> None:
    """Write lines for a person to `target`, in place of JSON. Routine deliveries and sweeps stay out."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is target:
            handler.setFormatter(ConsoleFormatter())
            handler.addFilter(_is_of_interest)


def _is_of_interest(record: logging.LogRecord) -> bool:
    if record.name.startswith("aksio.request"):
        return not _get_fields(record).get("route", "").startswith("/_local")
    return record.levelno >= logging.WARNING or logging.getLogger().level <= logging.DEBUG


class ConsoleFormatter(logging.Formatter):
    """One line for each record: time, what happened, and of a request its duration and costs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with an exception's traceback below it."""
        time = _paint(datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S"), _FADED)
        fields = _get_fields(record)
        if record.name == "aksio.request":
            text = _describe_request(fields)
        else:
            text = record.getMessage()
            text = _paint(f"{record.levelname.lower()}: {text}", _WRONG) if record.levelno >= 30 else text
        lines = [f"{time}  {text}"]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)


def _describe_request(fields: dict[str, Any]) -> str:
    status = str(fields["status"])
    text = f"{_paint(status, _COLORS.get(int(status[0]), '0'))}  {fields['method']:<6} {fields['route']}"
    cost = f"{fields['ms']:.0f} ms, {fields['reads']} reads, {fields['writes']} writes"
    trace = f", {fields['request_id']}" if int(status) >= 400 else ""
    return f"{text}  {_paint(cost + trace, _FADED)}"


def _get_fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(record, "fields", {})
    return fields


def _paint(text: str, color: str) -> str:
    return f"\x1b[{color}m{text}\x1b[0m"
