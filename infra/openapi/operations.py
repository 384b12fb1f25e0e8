"""Operations: their errors and headers by reference, and their tags in order."""

from importlib.resources import files
from typing import Any

import yaml

_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorView"}}}
_CODES = {
    400: ("VALIDATION_ERROR", "The body is not JSON, or not of the content type that is asked for."),
    401: (
        "AUTHENTICATION_FAILED",
        (
            "No access token or one that is not ours (`AUTHENTICATION_FAILED`), an expired one"
            " (`TOKEN_EXPIRED`: refresh it), or one whose session has ended (`SESSION_ENDED`: sign in again)."
        ),
    ),
    402: ("QUOTA_EXCEEDED", "A quota of the plan is used up."),
    403: ("PERMISSION_DENIED", "Signed in, but the role or the plan does not allow it."),
    404: ("RESOURCE_NOT_FOUND", "There is no such item, or it belongs to someone else."),
    409: ("CONFLICT", "The request conflicts with the current state."),
    410: ("GONE", "The item is no longer there."),
    412: ("PRECONDITION_FAILED", "The item has changed in the meantime."),
    413: ("PAYLOAD_TOO_LARGE", "The body is larger than allowed."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "The type of the file is not accepted; its content decides."),
    422: ("VALIDATION_ERROR", "A field or parameter is missing or invalid: `details` names each."),
    429: ("RATE_LIMIT_EXCEEDED", "Too many requests: wait as many seconds as `Retry-After` says."),
    500: ("INTERNAL_ERROR", "Something unexpected went wrong; give the `request_id` to the support."),
    502: ("PROCESSING_FAILED", "The document or the generation failed for good."),
    503: ("SERVICE_UNAVAILABLE", "A service that is needed is down: try again after `Retry-After` seconds."),
}
_HEADERS = {
    "X-Request-ID": ("string", "The request's id; a valid one of the client's is kept."),
    "RateLimit-Limit": ("integer", "Requests allowed in the current window."),
    "RateLimit-Remaining": ("integer", "Requests left in the window."),
    "RateLimit-Reset": ("integer", "Seconds until the window ends."),
    "Retry-After": ("integer", "Seconds to wait before trying again."),
    "Location": ("string", "The path of what was created, or of the job to watch."),
    "Idempotent-Replayed": ("string", "`true` where this is the stored answer to the same request."),
}
_ALWAYS = ("X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_PARAMETERS = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "0b9f2f0c-7a3e-4c1d-8d1a-3f0d3b7e2a51",
        "description": "Sent again with the same body within 24 hours, the request is answered as the first"
        " time and does nothing twice.",
    },
    "Prefer": {
        "name": "Prefer",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "example": "respond-async",
        "description": "`respond-async` queues the work: the answer is 202 with a job to watch.",
    },
}


def complete_operations(document: dict[str, Any]) -> None:
    """Add what all operations share: errors, headers, security and tags, in place."""
    components = document["components"]
    components["headers"] = {
        name: {"description": text, "schema": {"type": kind}} for name, (kind, text) in _HEADERS.items()
    }
    components["parameters"] = _PARAMETERS
    components["responses"] = {}
    for operations in document["paths"].values():
        for method, operation in operations.items():
            operation.setdefault("security", [])
            _add_parameters(operation, method)
            responses = sorted(operation["responses"].items())
            operation["responses"] = {
                status: _refer_to_error(int(status), response, components)
                if response.get("content") == _ERROR
                else {**response, "headers": _refer_to_headers(int(status), method)}
                for status, response in responses
            }
    _order_tags(document)


def _add_parameters(operation: dict[str, Any], method: str) -> None:
    names = ["IdempotencyKey"] if method == "post" else []
    names += ["Prefer"] if operation.pop("x-async", False) else []
    if names:
        parameters = operation.setdefault("parameters", [])
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _refer_to_headers(status: int, method: str) -> dict[str, Any]:
    names = list(_ALWAYS)
    names += ["Location"] if status in (201, 202) else []
    names += ["Idempotent-Replayed"] if method == "post" else []
    names += ["Retry-After"] if status in (429, 503) else []
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _refer_to_error(status: int, response: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return a reference to the shared answer of this status, which is added where it is new."""
    usual, text = _CODES[status]
    code = response["description"]
    words = code.title().replace("_", "")
    name = f"{words}{status}" if usual == "VALIDATION_ERROR" else words
    components["responses"].setdefault(
        name,
        {
            "description": f"`{code}`. {text}",
            "headers": _refer_to_headers(status, ""),
            "content": _ERROR,
        },
    )
    return {"$ref": f"#/components/responses/{name}"}


def _order_tags(document: dict[str, Any]) -> None:
    """Order the tags as the table in `tags.yaml` does. Raises ValueError for one that it lacks."""
    table = yaml.safe_load(files("infra.openapi").joinpath("tags.yaml").read_text("utf-8"))
    known = {tag: text for group in table.values() for tag, text in group.items()}
    used = {
        tag for each in document["paths"].values() for operation in each.values() for tag in operation["tags"]
    }
    if unknown := used - known.keys():
        raise ValueError(f"infra/openapi/tags.yaml does not describe {sorted(unknown)}")
    document["tags"] = [{"name": tag, "description": text} for tag, text in known.items() if tag in used]
    document["x-tagGroups"] = [
        {"name": name, "tags": [tag for tag in group if tag in used]} for name, group in table.items()
    ]
