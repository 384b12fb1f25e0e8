"""Spans over OTLP to a server on loopback, and around the calls of adapters."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.spans.otel import OtelRecorder, create_recorder
from shared.trace import get_trace, parse_trace
from tests.loopback import listening

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Collector:
    """Takes what an OTLP exporter sends."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.names: list[str] = []
        self.services: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.paths.append(request.url.path)
        body = await request.body()
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        sent = ExportTraceServiceRequest.FromString(body)
        for resource in sent.resource_spans:
            self.services += [
                each.value.string_value for each in resource.resource.attributes if each.key == "service.name"
            ]
            self.names += [span.name for scoped in resource.scope_spans for span in scoped.spans]
        await Response(b"", media_type="application/x-protobuf")(scope, receive, send)


class Bell:
    size = 3

    async def ring(self, times: int) -> str:
        if times < 0:
            raise ValueError("a secret text")
        return "ding" * times

    async def echo(self) -> AsyncIterator[str]:
        yield "ding"
        yield "dong"


async def test_spans_are_sent_to_the_endpoint() -> None:
    collector = Collector()
    async with listening(collector) as url:
        recorder = create_recorder(url, project="p")
        with recorder.record("GET", parse_trace(PARENT), kind="server") as attributes:
            attributes["http.route"] = "/x/"
            await recorder.wrap("bell", Bell()).ring(1)
        await asyncio.to_thread(recorder.flush)
        await recorder.aclose()
    assert set(collector.paths) == {"/v1/traces"}
    assert sorted(collector.names) == ["GET /x/", "bell.ring"]
    assert set(collector.services) == {"aksio"}


async def test_calls_of_an_adapter_are_spans_with_the_type_of_an_error_alone() -> None:
    memory = InMemorySpanExporter()
    recorder = OtelRecorder(SimpleSpanProcessor(memory), project="")
    bell = recorder.wrap("bell", Bell())
    assert (await bell.ring(2), bell.size) == ("dingding", 3)
    assert [item async for item in bell.echo()] == ["ding", "dong"]
    with pytest.raises(ValueError, match="secret"):
        await bell.ring(-1)
    spans = memory.get_finished_spans()
    assert [span.name for span in spans] == ["bell.ring", "bell.echo", "bell.ring"]
    assert dict(spans[2].attributes or {}) == {"error.type": "ValueError"}
    assert (spans[2].events, spans[2].status.description) == ((), None)


def test_what_the_caller_does_not_sample_is_not_recorded_and_keeps_its_trace() -> None:
    memory = InMemorySpanExporter()
    recorder = OtelRecorder(SimpleSpanProcessor(memory), project="")
    with recorder.record("GET", parse_trace(PARENT[:-2] + "00", request_id="r1"), kind="server"):
        trace = get_trace()
    assert memory.get_finished_spans() == ()
    assert trace is not None
    assert (trace.trace_id, trace.sampled, trace.request_id) == (PARENT[3:35], False, "r1")
