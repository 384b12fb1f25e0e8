"""Logs are one JSON object a line, without secrets."""

import io
import json
import logging

import pytest

from shared.logs import JsonFormatter, configure_logging, log_request
from shared.web.context import RequestContext


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("aksio.request")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return stream


def test_a_request_is_one_line_with_its_cost(lines: io.StringIO) -> None:
    context = RequestContext("req_1", 10, route="/api/x/{id}/")
    context.meter.add(reads=3, writes=2)
    log_request(
        group="g", context=context, method="GET", path="/api/x/1/", status=500, milliseconds=1.26, trace="t/1"
    )
    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert (told["severity"], told["route"], told["reads"], told["writes"], told["ms"], told["trace"]) == (
        "WARNING", "/api/x/{id}/", 3, 2, 1.3, "t"
    )  # fmt: skip


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
