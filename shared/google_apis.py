"""Calls to Google's APIs: how long they are tried again, and what they raise when that does not help."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared.errors import ServiceUnavailable

if TYPE_CHECKING:
    from google.api_core.retry import AsyncRetry


def patience(seconds: float) -> "AsyncRetry":
    """Try again with growing pauses while the fault is a passing one; for calls that may be repeated."""
    from google.api_core import exceptions
    from google.api_core.retry import AsyncRetry, if_exception_type

    passing = if_exception_type(
        exceptions.Aborted,
        exceptions.DeadlineExceeded,
        exceptions.InternalServerError,
        exceptions.ResourceExhausted,
        exceptions.ServiceUnavailable,
        exceptions.Unknown,
    )
    return AsyncRetry(predicate=passing, initial=0.1, maximum=2.0, multiplier=2.0, timeout=seconds)


@contextmanager
def failing_as_unavailable(what: str) -> Iterator[None]:
    """Raises ServiceUnavailable for whatever the API, the network or the credentials raise."""
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError

    try:
        yield
    except (GoogleAPIError, GoogleAuthError) as error:
        raise ServiceUnavailable(f"{what} failed: {error}") from error


def plain_channel(address: str) -> Any:
    """An asynchronous gRPC channel without TLS or credentials: to an emulator."""
    import grpc.aio  # type: ignore[import-untyped]

    return grpc.aio.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
