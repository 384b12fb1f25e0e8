"""Logs are one JSON object a line, without secrets."""

import io
import json
import logging

import pytest

from shared.logs import (
    JsonFormatter,
    _Process,
    configure_logging,
    log_request,
    note_log_fields,
    use_log_fields,
)
from shared.trace import Trace, use_trace
from shared.web.context import RequestContext


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter("p"))
    logger = logging.getLogger("aksio.request")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return stream


def test_a_request_is_one_line_with_its_cost(lines: io.StringIO) -> None:
    context = RequestContext("req_1", 10, route="/api/x/{id}/")
    context.meter.add(reads=3, writes=2)
    log_request(group="g", context=context, method="GET", path="/api/x/1/", status=500, milliseconds=1.26)
    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert (told["severity"], told["route"], told["reads"], told["writes"], told["ms"]) == (
        "WARNING", "/api/x/{id}/", 3, 2, 1.3
    )  # fmt: skip


def test_lines_of_a_call_have_its_fields_and_the_first_call_is_cold(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Process, "is_cold", True)
    log = logging.getLogger("aksio.request")
    trace = Trace("a" * 32, "b" * 16, sampled=True, request_id="r1")
    with use_trace(trace), use_log_fields(group="auth", user=None):
        log.info("first")
        note_log_fields(route="/x/")
        log.info("routed", extra={"fields": {"group": "other"}})
    note_log_fields(route="/lost/")
    with use_log_fields(group="courses"):
        log.info("warm")
    log.info("outside")
    first, routed, warm, outside = (json.loads(line) for line in lines.getvalue().splitlines())
    linked = {
        "request_id": "r1",
        "logging.googleapis.com/trace": "projects/p/traces/" + "a" * 32,
        "logging.googleapis.com/spanId": "b" * 16,
        "logging.googleapis.com/trace_sampled": True,
        "group": "auth",
        "cold_start": True,
    }
    assert linked.items() <= first.items()
    assert (routed["group"], routed["route"]) == ("other", "/x/")
    assert (warm["group"], "cold_start" in warm) == ("courses", False)
    assert outside.keys() == {"severity", "time", "logger", "message"}


def test_an_exception_stays_on_its_line(lines: io.StringIO) -> None:
    try:
        {"here": 1}["lost"]
    except KeyError:
        logging.getLogger("aksio.request").exception("failed")
    (line,) = lines.getvalue().splitlines()
    assert "KeyError: 'lost'" in json.loads(line)["exception"]


def test_configuring_sends_everything_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging("WARNING")
        logging.getLogger("anything").warning("be %s", "warned")
        assert json.loads(capsys.readouterr().err)["message"] == "be warned"
    finally:
        root.handlers[:] = before
        root.setLevel(level)
