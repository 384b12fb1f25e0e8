"""The contract's rules for errors."""

import re
from typing import Any

import httpx

_KEYS = {"error", "details", "details_codes", "error_code", "timestamp", "request_id"}
_SIGNED_OUT = {"TOKEN_EXPIRED", "SESSION_ENDED"}  # beside the usual code of 401
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_CODES = {
    400: "VALIDATION_ERROR",
    401: "AUTHENTICATION_FAILED",
    402: "QUOTA_EXCEEDED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "VALIDATION_ERROR",
    429: "RATE_LIMIT_EXCEEDED",
    502: "PROCESSING_FAILED",
    503: "SERVICE_UNAVAILABLE",
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def flaw_of_refusal(answer: httpx.Response) -> str | None:
    """Describe the flaw of an error answer, or return None."""
    expected = _CODES.get(answer.status_code)
    if expected is None:
        return f"{answer.status_code} is no refusal of the contract"
    try:
        body: Any = answer.json()
    except ValueError:
        return f"{answer.status_code} with a body that is no JSON: {answer.text[:200]!r}"
    if not isinstance(body, dict) or set(body) != _KEYS:
        return f"not the error shape: {answer.text[:200]}"
    is_signed_out = answer.status_code == 401 and body["error_code"] in _SIGNED_OUT
    if body["error_code"] != expected and not is_signed_out:
        return f"{answer.status_code} with {body['error_code']}"
    return _flaw_of_fields(body, answer)


def _flaw_of_fields(body: dict[str, Any], answer: httpx.Response) -> str | None:
    if not _INSTANT.fullmatch(body["timestamp"]):
        return f"timestamp {body['timestamp']!r}"
    if body["request_id"] != answer.headers.get("X-Request-ID"):
        return "the request id is not that of the header"
    return _flaw_of_details(body["details"], body["details_codes"])


def _flaw_of_details(details: Any, codes: Any) -> str | None:
    """Each sentence has a code at its place."""
    listed = isinstance(details, dict) and all(isinstance(texts, list) for texts in details.values())
    if not listed:
        return f"details {details!r}"
    if {field: len(each) for field, each in codes.items()} != {
        field: len(each) for field, each in details.items()
    }:
        return f"details_codes {codes!r} for {details!r}"
    wrong = [code for each in codes.values() for code in each if not _CODE.fullmatch(code)]
    return f"details_codes {wrong!r}" if wrong else None


def rejects_all(answer: httpx.Response) -> bool:
    """A batch answers for each of its items."""
    if answer.status_code != 200 or not isinstance(answer.json(), dict):
        return False
    return bool(answer.json().get("accepted") == 0 and answer.json().get("rejected"))
