"""What went wrong in a call of the OpenAI API, in the port's own terms.

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
TROUBLE = (APIError, httpx2.HTTPError, TimeoutError, ValueError)

_PASSING = frozenset({408, 409, 425, 429})
_NO_ACCESS = frozenset({401, 403, 404})
_FILTERED = frozenset({"content_filter", "content_policy_violation"})


class CallFailed(Exception):
    """One call failed. `passing` says whether a later one may succeed, `wait` after how many seconds."""

    def __init__(
        self, error: ApiError, *, label: str, passing: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(label)
        self.error = error
        self.passing = passing
        self.wait = wait


def refused() -> CallFailed:
    """The model declined to answer."""
    return CallFailed(ModelRefused(), label="refused")


def broken_off() -> CallFailed:
    """The answer ended before its end."""
    return CallFailed(ModelUnavailable(), label="answer broken off", passing=True)


def call_failed(error: Exception) -> CallFailed:
    """The failure an exception out of TROUBLE stands for."""
    label = type(error).__name__
    if isinstance(error, APIStatusError):
        return _answered(error, f"{label} {error.status_code}")
    if isinstance(error, APITimeoutError | httpx2.TimeoutException | TimeoutError):
        return CallFailed(ModelUnavailable("The language model did not answer in time"), label=label)
    if isinstance(error, APIError) and error.code in _FILTERED:
        return refused()
    return CallFailed(ModelUnavailable(), label=label, passing=True)


def _answered(error: APIStatusError, label: str) -> CallFailed:
    status = error.status_code
    wait = seconds_to_wait(error.response.headers)
    if status in _NO_ACCESS:
        return CallFailed(ModelUnavailable(f"The language model gives us no access ({status})"), label=label)
    if status in _PASSING or status >= 500:
        unavailable = ModelUnavailable() if wait is None else ModelUnavailable(retry_after=wait)
        # A used-up account also answers 429, and no waiting helps.
        return CallFailed(unavailable, label=label, passing=error.code != "insufficient_quota", wait=wait)
    if error.code in _FILTERED:
        return refused()
    return CallFailed(ModelUnusable(f"The language model did not accept the request ({status})"), label=label)


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """What Retry-After asks for, in seconds; dates count from the answer's own Date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value) if value[:1].isdigit() else _seconds_between(headers["date"], value)
    except (KeyError, ValueError, TypeError):
        return None
    return seconds if 0 <= seconds < math.inf else None


def _seconds_between(now: str, then: str) -> float:
    return (parsedate_to_datetime(then) - parsedate_to_datetime(now)).total_seconds()
