"""The errors every answer can carry. Features subclass these and name states: `AlreadyCompleted`."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

Details = Mapping[str, Sequence[str]]


class ApiError(Exception):
    """An answer of the contract's error shape. Subclasses set status, code and message."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_ERROR"
    message: ClassVar[str] = "Internal error"

    def __init__(
        self, message: str | None = None, *, details: Details | None = None, retry_after: float | None = None
    ) -> None:
        self.text = message or self.message
        self.details: dict[str, list[str]] = {key: list(value) for key, value in (details or {}).items()}
        self.retry_after = retry_after
        super().__init__(self.text)


class MalformedRequest(ApiError):
    """The body is not what its content type says (400)."""

    status = 400
    code = "VALIDATION_ERROR"
    message = "The request could not be read"


class Unauthenticated(ApiError):
    status = 401
    code = "AUTHENTICATION_FAILED"
    message = "Authentication failed"


class QuotaExceeded(ApiError):
    status = 402
    code = "QUOTA_EXCEEDED"
    message = "The quota of your plan is used up"


class PermissionDenied(ApiError):
    status = 403
    code = "PERMISSION_DENIED"
    message = "You may not do this"


class NotFound(ApiError):
    """Not there, or not yours: the two are never told apart."""

    status = 404
    code = "RESOURCE_NOT_FOUND"
    message = "Not found"


class MethodNotAllowed(ApiError):
    status = 405
    code = "METHOD_NOT_ALLOWED"
    message = "Method not allowed"


class Conflict(ApiError):
    status = 409
    code = "CONFLICT"
    message = "This conflicts with what is there"


class PayloadTooLarge(ApiError):
    status = 413
    code = "PAYLOAD_TOO_LARGE"
    message = "The request is too large"


class UnsupportedMediaType(ApiError):
    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"
    message = "This type of content is not accepted"


class ValidationFailed(ApiError):
    """A field is missing or wrong; `details` names every bad one (422)."""

    status = 422
    code = "VALIDATION_ERROR"
    message = "Validation failed"


class RateLimited(ApiError):
    status = 429
    code = "RATE_LIMIT_EXCEEDED"
    message = "Too many requests"


class ProcessingFailed(ApiError):
    """A document or a generation failed for good (502)."""

    status = 502
    code = "PROCESSING_FAILED"
    message = "Processing failed"


class ServiceUnavailable(ApiError):
    """An outside service is down; the answer bears Retry-After (503)."""

    status = 503
    code = "SERVICE_UNAVAILABLE"
    message = "A service we need is not available; try again later"

    def __init__(
        self, message: str | None = None, *, details: Details | None = None, retry_after: float | None = 30.0
    ) -> None:
        super().__init__(message, details=details, retry_after=retry_after)
