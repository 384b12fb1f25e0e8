"""Calls to Google's APIs: their retries, and the error that they end in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.errors import RequestRefused, ServiceUnavailable
from shared.retries import RetryPolicy

if TYPE_CHECKING:
    from google.api_core.retry import AsyncRetry


_RETRIES = RetryPolicy(first_pause=timedelta(seconds=0.1), max_pause=timedelta(seconds=2))


def build_transient_retry(*, timeout: float) -> "AsyncRetry":
    """Return the retries of a call that may be repeated, while its fault may pass; `timeout` in seconds."""
    from google.api_core import exceptions

    return build_google_retry(
        _RETRIES,
        exceptions.Aborted,
        exceptions.DeadlineExceeded,
        exceptions.InternalServerError,
        exceptions.ResourceExhausted,
        exceptions.ServiceUnavailable,
        exceptions.Unknown,
        timeout=timeout,
    )


def build_google_retry(policy: RetryPolicy, *errors: type[Exception], timeout: float) -> "AsyncRetry":
    """Return the policy in the form of Google's libraries, for these errors; they add their own jitter."""
    from google.api_core.retry import AsyncRetry, if_exception_type

    return AsyncRetry(
        predicate=if_exception_type(*errors),
        initial=policy.first_pause.total_seconds(),
        maximum=policy.max_pause.total_seconds(),
        multiplier=policy.factor,
        timeout=timeout,
    )


@contextmanager
def translate_google_errors(operation: str) -> Iterator[None]:
    """Translate errors of the API, the network and the credentials to ServiceUnavailable.

    Its subclass RequestRefused stands for an invalid request.
    """
    from google.api_core.exceptions import GoogleAPIError, InvalidArgument
    from google.auth.exceptions import GoogleAuthError

    try:
        yield
    except InvalidArgument as error:
        raise RequestRefused(f"{operation} was refused: {error}") from error
    except (GoogleAPIError, GoogleAuthError) as error:
        raise ServiceUnavailable(f"{operation} failed: {error}") from error


def open_plain_channel(address: str) -> Any:
    """Open an asynchronous gRPC channel to an emulator, without TLS or credentials."""
    import grpc.aio  # type: ignore[import-untyped]

    return grpc.aio.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
