"""The `Location` of what a request created (201) or has begun (202)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from starlette.routing import Match

_FIELD = re.compile(r"\{([\w.]+)\}")


def find_location(request: Request, response: Response, template: str | None) -> str | None:
    """Return the path of what was created, or the address of a job's state; None where there is none."""
    body = getattr(response, "body", b"")
    answer = json.loads(body) if body else None
    if isinstance(answer, list):
        return request.url.path  # of several at once
    if not isinstance(answer, dict):
        return None
    if "status_url" in answer:
        return str(answer["status_url"])
    if template is not None:
        return _fill(template, {**answer, **request.path_params})
    path = f"{request.url.path}{answer.get('id')}/"
    return path if "id" in answer and _is_served(request, path) else None


def _fill(template: str, values: Mapping[str, Any]) -> str:
    """Fill in fields such as `{document.id}`."""

    def find(match: re.Match[str]) -> str:
        value: Any = values
        for name in match[1].split("."):
            value = value[name]
        return str(value)

    return _FIELD.sub(find, template)


def _is_served(request: Request, path: str) -> bool:
    scope = {**request.scope, "path": path, "path_params": {}}
    return any(route.matches(scope)[0] is not Match.NONE for route in request.app.router.routes)
