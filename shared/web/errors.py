"""Responses to errors of any origin, in the contract's shape."""

import errno
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.errors import (
    ApiError,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)
from shared.language import find_code, say, translate
from shared.store import AlreadyExists
from shared.store.values import StorageUnavailable
from shared.web.context import get_request_id
from shared.web.known import Place, find_place
from shared.web.problems import Problem, describe_problem

_BY_STATUS: dict[int, type[ApiError]] = {
    400: MalformedRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
}
_MAX_FIELDS = 50
_PARTS = frozenset({"body", "query", "path", "header"})
_DISK_ERRORS = {errno.ENOSPC, errno.EROFS, errno.EDQUOT}  # while an upload is written to a temporary file


class InternalFault(ApiError):
    """An unexpected error (500)."""


class _Taken(ApiError):
    """A document that was to be created exists already (409)."""

    status = 409
    code = "CONFLICT"
    message = "This already exists"


def build_error_response(error: ApiError, *, request_id: str, now: datetime) -> JSONResponse:
    """Return the error in the contract's shape, with its headers."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = describe_error(error, request_id=request_id, now=now)
    return JSONResponse(body, status_code=error.status, headers={**headers, **error.headers})


def describe_error(error: ApiError, *, request_id: str, now: datetime) -> dict[str, Any]:
    """Return the error as answers and the events of streams tell it, in the language of the request."""
    return {
        "error": translate(error.text),
        "details": {field: [translate(text) for text in texts] for field, texts in error.details.items()},
        "details_codes": error.details_codes,
        "error_code": error.code,
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "request_id": request_id,
    }


def install_handlers(app: FastAPI) -> None:
    """Register the handlers; other exceptions reach the frame's middleware."""

    async def answer(request: Request, error: Exception) -> JSONResponse:
        now = request.app.state.services.clock.now()
        known = to_api_error(error)
        if isinstance(known, MethodNotAllowed):
            known.headers["Allow"] = ", ".join(_list_methods(request))
        return build_error_response(known, request_id=get_request_id(request.scope), now=now)

    for kind in (ApiError, RequestValidationError, HTTPException, AlreadyExists):
        app.add_exception_handler(kind, answer)


def _list_methods(request: Request) -> list[str]:
    """List the methods that the path has over all routes: the framework names those of one of them."""
    methods: set[str] = set()
    for route in request.app.router.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def to_api_error(error: Exception) -> ApiError:
    """Return the error to answer with; an unexpected one is an internal fault."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, RequestValidationError):
        return describe_problems(error.errors())
    if isinstance(error, AlreadyExists):
        return _Taken()
    if isinstance(error, HTTPException):
        return _unwrap(error)
    if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
        return StorageUnavailable()
    return InternalFault()


def _unwrap(error: HTTPException) -> ApiError:
    """Return the error that FastAPI wrapped, as it does with all that occur while it reads the body."""
    if isinstance(error.__cause__, (ApiError, OSError)):
        return to_api_error(error.__cause__)
    return _BY_STATUS.get(error.status_code, InternalFault)()


def describe_problems(problems: Sequence[Problem], *, body: Any = None) -> ApiError:
    """Return the error for invalid fields, each by its path (422), or for a body that is not JSON (400).

    `body` is the type of the body, which tells of unknown fields the known ones.
    """
    details: dict[str, dict[str, str]] = {}  # by field and code: the last type of a union is the widest
    for problem in list(problems)[:_MAX_FIELDS]:
        if problem["type"] == "json_invalid":
            return MalformedRequest("The body is not valid JSON")
        part, *location = problem["loc"] or ("body",)
        place = find_place(body, location) if part == "body" and body is not None else None
        path = format_field_path([part, *(place.path if place else location)])
        sentences = details.setdefault(path, {})
        if place is not None and len(place.path) < len(location):
            sentences.clear()
        sentence = _describe(problem, place, body)
        sentences[find_code(sentence) or ""] = sentence
    return ValidationFailed(details={path: list(sentences.values()) for path, sentences in details.items()})


def _describe(problem: Problem, place: Place | None, body: Any) -> str:
    if place is None:
        return describe_problem(problem)
    if problem["type"] == "missing" and place.is_file:
        return say("Attach a file", code="required")
    if problem["type"] == "extra_forbidden":
        return describe_problem(problem, find_place(body, problem["loc"][1:-1]).known_fields)
    return describe_problem(problem)


def format_field_path(location: Sequence[Any]) -> str:
    """Format a location as `options.0.text`, without the part of the request that it is in."""
    parts = [str(part)[:100] for part in location]
    inner = parts[1:] if parts and parts[0] in _PARTS else parts
    return ".".join(inner) or "body"
