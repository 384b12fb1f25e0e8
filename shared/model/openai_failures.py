"""Failures of a call of the OpenAI API, in the port's own terms.

Only status and kind of a vendor's error are kept: its text may repeat the key or the prompt.
"""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx2
from openai import APIError, APIStatusError, APITimeoutError

from shared.errors import ApiError
from shared.model.protocol import ModelRefused, ModelUnavailable, ModelUnusable

# ValueError: an answer that is no UTF-8, no JSON, or no chat completion.
CALL_ERRORS = (APIError, httpx2.HTTPError, TimeoutError, ValueError)

_TRANSIENT = frozenset({408, 409, 425, 429})
_NO_ACCESS = frozenset({401, 403, 404})
_FILTERED = frozenset({"content_filter", "content_policy_violation"})


class CallFailed(Exception):
    """A failed call; a `transient` failure may succeed on retry, after `retry_after` seconds if given."""

    def __init__(
        self, error: ApiError, *, label: str, transient: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(label)
        self.error = error
        self.transient = transient
        self.retry_after = retry_after


def describe_refusal() -> CallFailed:
    """Describe that the model declined to answer."""
    return CallFailed(ModelRefused(), label="refused")


def describe_truncation() -> CallFailed:
    """Describe that the answer broke off before its end."""
    return CallFailed(ModelUnavailable(), label="answer broken off", transient=True)


def classify_error(error: Exception) -> CallFailed:
    """Return the failure that one of CALL_ERRORS stands for."""
    label = type(error).__name__
    if isinstance(error, APIStatusError):
        return _classify_status(error, f"{label} {error.status_code}")
    if isinstance(error, APITimeoutError | httpx2.TimeoutException | TimeoutError):
        return CallFailed(
            ModelUnavailable("The language model did not answer in time; try again later"), label=label
        )
    if isinstance(error, APIError) and error.code in _FILTERED:
        return describe_refusal()
    return CallFailed(ModelUnavailable(), label=label, transient=True)


def _classify_status(error: APIStatusError, label: str) -> CallFailed:
    status = error.status_code
    retry_after = parse_retry_after(error.response.headers)
    if status in _NO_ACCESS:
        message = f"The language model refuses our access ({status}); ask the operator to check its settings"
        return CallFailed(ModelUnavailable(message), label=label)
    if status in _TRANSIENT or status >= 500:
        unavailable = ModelUnavailable() if retry_after is None else ModelUnavailable(retry_after=retry_after)
        # A used-up account also answers 429, and no waiting helps.
        return CallFailed(
            unavailable, label=label, transient=error.code != "insufficient_quota", retry_after=retry_after
        )
    if error.code in _FILTERED:
        return describe_refusal()
    message = f"The language model did not accept the request ({status}); try fewer or shorter documents"
    return CallFailed(ModelUnusable(message), label=label)


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of Retry-After; dates count from the answer's own Date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value) if value[:1].isdigit() else _count_seconds(headers["date"], value)
    except (KeyError, ValueError, TypeError):
        return None
    return seconds if 0 <= seconds < math.inf else None


def _count_seconds(now: str, then: str) -> float:
    return (parsedate_to_datetime(then) - parsedate_to_datetime(now)).total_seconds()
