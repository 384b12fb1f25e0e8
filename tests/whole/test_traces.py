"""One trace, and the log lines of one request id, from a request to all that follows from it."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from functions.auth.activity import service
from shared.logs import JsonFormatter
from shared.spans.otel import OtelRecorder
from tests.functions.assessments.learners import CARDS, Learner, new_learner
from tests.stack import Stack, running

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
HEADERS = {"X-Request-ID": "req_by_the_user", "traceparent": f"00-{TRACE}-{SPAN}-01"}


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
async def recorded(tmp_path: Path, spans: InMemorySpanExporter) -> AsyncIterator[Stack]:
    recorder = OtelRecorder(SimpleSpanProcessor(spans), project="p")
    async with running(tmp_path, services={"recorder": recorder}) as stack:
        yield stack


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter("p"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def read_lines(lines: io.StringIO, **fields: Any) -> list[dict[str, Any]]:
    """Return the lines that have these fields."""
    read = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [line for line in read if fields.items() <= line.items()]


async def review(learner: Learner) -> None:
    """Review a card with the headers of a proxy, and deliver what follows."""
    card = (await learner.add())["id"]
    await learner.stack.drain()
    answer = await learner.http.post(f"{CARDS}{card}/review/", json={"quality_response": 4}, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    await learner.stack.advance(hours=1)


def list_ours(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    """Return the spans of the trace that the user's request is in."""
    trace = int(TRACE, 16)
    return [each for each in spans.get_finished_spans() if each.context and each.context.trace_id == trace]


def name_parent(span: ReadableSpan, spans: list[ReadableSpan]) -> str | None:
    by_id = {each.context.span_id: each.name for each in spans if each.context}
    return by_id.get(span.parent.span_id) if span.parent else None


async def test_one_trace_leads_from_a_review_to_what_follows_from_it(
    recorded: Stack, spans: InMemorySpanExporter
) -> None:
    learner = await new_learner(recorded)
    await review(learner)
    ours = [
        each
        for each in spans.get_finished_spans()
        if each.context and each.context.trace_id == int(TRACE, 16)
    ]
    named = {each.name: each for each in ours}
    request, task = named[f"POST {CARDS}{{card_id}}/review/"], named["run activity.roll_up"]
    assert request.parent is not None
    assert request.parent.span_id == int(SPAN, 16)
    assert name_parent(task, ours) == request.name
    assert {name_parent(each, ours) for each in ours if each.name == "store.transact"} == {
        request.name, task.name
    }  # fmt: skip
    assert task.attributes is not None
    assert task.attributes["aksio.outcome"] == "done"
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == 200
    texts = " ".join(f"{each.name} {dict(each.attributes or {})}" for each in spans.get_finished_spans())
    assert learner.id not in texts
    assert "What is it?" not in texts


async def test_an_event_s_consumers_follow_its_publisher(
    recorded: Stack, spans: InMemorySpanExporter
) -> None:
    user = await recorded.sign_up()
    await user.http.post("/api/v1/courses/", json={"name": "Secret matters"}, headers=HEADERS)
    await recorded.drain()
    ours = [
        each
        for each in spans.get_finished_spans()
        if each.context and each.context.trace_id == int(TRACE, 16)
    ]
    (consumer,) = [each for each in ours if each.name == "consume activity.courses"]
    assert name_parent(consumer, ours) == "POST /api/v1/courses/"
    assert not any("Secret" in str(dict(each.attributes or {})) for each in ours)


async def test_every_line_of_a_request_and_its_deliveries_bears_its_fields(
    stack: Stack, lines: io.StringIO
) -> None:
    learner = await new_learner(stack)
    await review(learner)
    linked = read_lines(lines, **{"logging.googleapis.com/trace": f"projects/p/traces/{TRACE}"})
    assert {line["request_id"] for line in linked} == {"req_by_the_user"}
    (request,) = [line for line in linked if line["logger"] == "aksio.request"]
    assert request["logging.googleapis.com/spanId"] == SPAN
    assert (request["group"], request["user"]) == ("assessments", learner.id)
    assert request["route"] == f"{CARDS}{{card_id}}/review/"
    (delivery,) = [line for line in linked if line.get("task") == "activity.roll_up"]
    assert (delivery["logger"], delivery["group"], delivery["user"]) == ("aksio.delivery", "auth", learner.id)
    assert (delivery["attempt"], delivery["outcome"]) == (1, "done")
    assert delivery["reads"] > 0


async def test_an_exception_is_found_by_the_request_id_of_its_user(
    stack: Stack, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise LookupError("broken")

    user = await stack.sign_up()
    monkeypatch.setattr(service, "record_activity", fail)
    await user.http.post("/api/v1/courses/", json={"name": "x"}, headers=HEADERS)
    await stack.drain()
    failed = read_lines(lines, request_id="req_by_the_user", severity="ERROR")
    assert failed
    assert {(line["consumer"], line["user"], line["attempt"]) for line in failed} == {
        ("activity.courses", user.id, 1)
    }
    assert "LookupError: broken" in failed[0]["exception"]
