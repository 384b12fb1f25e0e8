"""Spans of requests, deliveries, and calls of adapters; recorded where an OpenTelemetry endpoint is set."""

from shared.spans.protocol import NoRecorder, Recorder

__all__ = ["NoRecorder", "Recorder"]
