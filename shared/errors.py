"""The errors of all routes. Features subclass them, named as states: `AlreadyCompleted`."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from shared.language import find_code

Details = Mapping[str, Sequence[str]]


class ApiError(Exception):
    """An error that the client sees, in the contract's shape. Subclasses set status, code and message."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_ERROR"
    message: ClassVar[str] = "Something went wrong on our side; try again later"
    field_code: ClassVar[str] = "invalid"  # of fields whose sentence has no code of its own

    def __init__(
        self, message: str | None = None, *, details: Details | None = None, retry_after: float | None = None
    ) -> None:
        self.text = message or self.message
        self.details: dict[str, list[str]] = {key: list(value) for key, value in (details or {}).items()}
        self.retry_after = retry_after
        self.headers: dict[str, str] = {}
        super().__init__(self.text)

    @property
    def details_codes(self) -> dict[str, list[str]]:
        """The stable code of each sentence of `details`, in the same order."""
        return {
            field: [find_code(text) or self.field_code for text in texts]
            for field, texts in self.details.items()
        }


class MalformedRequest(ApiError):
    """The body is not of the declared content type (400)."""

    status = 400
    code = "VALIDATION_ERROR"
    message = "The request could not be read; check its body and its Content-Type"


class Unauthenticated(ApiError):
    """No valid sign-in (401)."""

    status = 401
    code = "AUTHENTICATION_FAILED"
    message = "Authentication failed; sign in again"


class TokenExpired(Unauthenticated):
    """The access token has expired: it is refreshed, and the request repeated (401)."""

    code = "TOKEN_EXPIRED"
    message = "Your access token has expired; refresh it"


class SessionEnded(Unauthenticated):
    """The session was ended or revoked: only signing in helps (401)."""

    code = "SESSION_ENDED"
    message = "Your session has ended; sign in again"


class QuotaExceeded(ApiError):
    """A quota of the user's plan is used up (402)."""

    status = 402
    code = "QUOTA_EXCEEDED"
    message = "The quota of your plan is used up"
    field_code = "quota_exceeded"


class PermissionDenied(ApiError):
    """The role or the plan does not allow it (403)."""

    status = 403
    code = "PERMISSION_DENIED"
    message = "You do not have permission to do this"
    field_code = "not_allowed"


class NotFound(ApiError):
    """The resource does not exist or belongs to somebody else; the answer does not say which (404)."""

    status = 404
    code = "RESOURCE_NOT_FOUND"
    message = "Not found"
    field_code = "not_found"


class MethodNotAllowed(ApiError):
    """The path has no such method (405)."""

    status = 405
    code = "METHOD_NOT_ALLOWED"
    message = "This method is not allowed here"


class Conflict(ApiError):
    """The request conflicts with the current state (409)."""

    status = 409
    code = "CONFLICT"
    message = "Conflicts with the current state"
    field_code = "conflict"


class PayloadTooLarge(ApiError):
    """The body is over its limit (413)."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"
    message = "The request is too large"
    field_code = "too_large"


class UnsupportedMediaType(ApiError):
    """The content is of a type that is not accepted (415)."""

    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"
    message = "This content type is not accepted"
    field_code = "unsupported_type"


class ValidationFailed(ApiError):
    """Fields are missing or wrong; `details` names each of them (422)."""

    status = 422
    code = "VALIDATION_ERROR"
    message = "Validation failed"


class RateLimited(ApiError):
    """Over a rate limit (429); `retry_after` is in seconds."""

    status = 429
    code = "RATE_LIMIT_EXCEEDED"
    message = "Too many requests; try again later"
    field_code = "too_many_requests"


class ProcessingFailed(ApiError):
    """A document or a generation failed for good (502)."""

    status = 502
    code = "PROCESSING_FAILED"
    message = "Processing failed; try again"
    field_code = "processing_failed"


class ServiceUnavailable(ApiError):
    """An outside service is down; the answer has a Retry-After header (503)."""

    status = 503
    code = "SERVICE_UNAVAILABLE"
    message = "A service that is needed for this is not available; try again later"
    field_code = "unavailable"

    def __init__(
        self, message: str | None = None, *, details: Details | None = None, retry_after: float | None = 30.0
    ) -> None:
        super().__init__(message, details=details, retry_after=retry_after)


class RequestRefused(ServiceUnavailable):
    """An outside service that answers refuses the request itself, which repeating does not mend (503)."""
