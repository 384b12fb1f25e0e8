"""Spans of OpenTelemetry, sent by OTLP over HTTP; Cloud Trace takes them too."""

import functools
import inspect
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from opentelemetry import trace as api
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from shared.spans.protocol import Attributes, Kind, read_resource
from shared.trace import Trace, use_trace

GOOGLE_HOST = "telemetry.googleapis.com"
_SCOPE = "https://www.googleapis.com/auth/trace.append"
_KINDS = {"server": api.SpanKind.SERVER, "consumer": api.SpanKind.CONSUMER}
P = TypeVar("P")


def create_recorder(endpoint: str, *, project: str) -> "OtelRecorder":
    """Create a recorder that sends batches to `endpoint`, in the background.

    An instance that the platform freezes sends the rest with its next request; one that it ends may lose it.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    session = _open_google_session() if urlsplit(endpoint).hostname == GOOGLE_HOST else None
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", session=session)
    return OtelRecorder(BatchSpanProcessor(exporter), project=project)


class OtelRecorder:
    """Implements `Recorder`; a caller whose trace is not sampled is not recorded."""

    def __init__(self, processor: SpanProcessor, *, project: str) -> None:
        resource = Resource.create(dict(read_resource(os.environ, project=project)))
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("aksio")

    @contextmanager
    def record(self, name: str, trace: Trace, *, kind: Kind) -> Iterator[Attributes]:
        attributes: Attributes = {}
        parent = api.set_span_in_context(api.INVALID_SPAN)
        if trace.span_id:
            flags = api.TraceFlags(api.TraceFlags.SAMPLED if trace.sampled else api.TraceFlags.DEFAULT)
            remote = api.SpanContext(
                int(trace.trace_id, 16), int(trace.span_id, 16), is_remote=True, trace_flags=flags
            )
            parent = api.set_span_in_context(api.NonRecordingSpan(remote))
        with self._open(name, context=parent, kind=_KINDS[kind]) as span:
            own = span.get_span_context()
            here = replace(
                trace,
                trace_id=f"{own.trace_id:032x}",
                span_id=f"{own.span_id:016x}",
                sampled=own.trace_flags.sampled,
            )
            try:
                with use_trace(here):
                    yield attributes
            finally:
                span.set_attributes(attributes)
                if route := attributes.get("http.route"):
                    span.update_name(f"{name} {route}")

    def wrap(self, name: str, port: P) -> P:
        return cast("P", _Wrapped(self, name, port))

    def flush(self) -> None:
        """Send what is recorded."""
        self._provider.force_flush()

    async def aclose(self) -> None:
        self._provider.shutdown()

    @contextmanager
    def _open(self, name: str, **options: Any) -> Iterator[api.Span]:
        """Open a span; an error leaves its type there, not its text, which may quote what users wrote."""
        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False, **options
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(api.StatusCode.ERROR)
                raise


class _Wrapped:
    """An adapter with a span around each of its asynchronous calls."""

    def __init__(self, recorder: OtelRecorder, name: str, port: Any) -> None:
        self._recorder = recorder
        self._name = name
        self._port = port

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._port, name)
        if inspect.iscoroutinefunction(value):
            return self._wrap_call(f"{self._name}.{name}", value)
        if inspect.isasyncgenfunction(value):
            return self._wrap_stream(f"{self._name}.{name}", value)
        return value

    def _wrap_call(self, span: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        async def recorded(*arguments: Any, **named: Any) -> Any:
            with self._recorder._open(span, kind=api.SpanKind.CLIENT):  # noqa: SLF001 - its own recorder
                return await call(*arguments, **named)

        return recorded

    def _wrap_stream(self, span: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        async def recorded(*arguments: Any, **named: Any) -> AsyncIterator[Any]:
            # Not the current span: a stream may end in another context than it began in.
            recording = self._recorder._tracer.start_span(span, kind=api.SpanKind.CLIENT)  # noqa: SLF001
            stream = call(*arguments, **named)
            try:
                async for item in stream:
                    yield item
            finally:
                recording.end()
                await stream.aclose()

        return recorded


def _open_google_session() -> Any:
    """Return a session that signs with the function's own account."""
    import google.auth
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=[_SCOPE])
    return AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
