"""The port of spans."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Literal, Protocol, TypeVar

from shared.trace import Trace, use_trace

Kind = Literal["server", "consumer"]
Attributes = dict[str, str | int | float | bool]
P = TypeVar("P")


class Recorder(Protocol):
    """The port of spans. Attributes hold no secrets, names, or texts of users."""

    def record(self, name: str, trace: Trace, *, kind: Kind) -> AbstractContextManager[Attributes]:
        """Record the block as a span under `trace`, with the attributes that the block adds.

        The trace of the block is that of the span.
        """
        ...

    def wrap(self, name: str, port: P) -> P:
        """Return the adapter of a port with a span around each of its calls."""
        ...


class NoRecorder:
    """Implements `Recorder` without recording: ids of traces are passed on, nothing else."""

    @contextmanager
    def record(self, name: str, trace: Trace, *, kind: Kind) -> Iterator[Attributes]:  # noqa: ARG002
        with use_trace(trace):
            yield {}

    def wrap(self, name: str, port: P) -> P:  # noqa: ARG002
        return port


def read_resource(environment: Mapping[str, str], *, project: str) -> dict[str, str]:
    """Return what tells where spans come from: the function and its revision, as Cloud Run names them."""
    known = {
        "service.name": environment.get("K_SERVICE", "aksio"),
        "service.version": environment.get("K_REVISION", ""),
        "gcp.project_id": project,
    }
    return {name: value for name, value in known.items() if value}
