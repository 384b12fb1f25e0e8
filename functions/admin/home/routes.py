"""Route of the root."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from shared.settings import VERSION
from shared.store import Cost
from shared.web.access import FREE
from shared.web.router import Router

router = Router(tag="documentation")

_PLACES = {
    "documentation": "/api/docs/",
    "openapi": "/api/schema/",
    "health": "/api/health/",
    "sign_up": "/api/v1/accounts/register/",
    "sign_in": "/api/v1/accounts/login/",
}
_LINKS = ("documentation", "openapi", "health")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Aksio API</title></head>
<body><h1>Aksio API {version}</h1><p>Nothing to see here for people, but the
<a href="/api/docs/">documentation</a>.</p><ul>{links}</ul></body></html>
"""


@router.serve("GET", "/", access=FREE, cost=Cost(), include_in_schema=False)
async def get_places(request: Request) -> Response:
    """Tell where things are: as a page for browsers, as JSON for others."""
    headers = {"Vary": "Accept", "Cache-Control": "public, max-age=300"}
    if "text/html" in request.headers.get("Accept", ""):
        links = "".join(f'<li><a href="{_PLACES[name]}">{name}</a></li>' for name in _LINKS)
        return HTMLResponse(_PAGE.format(version=VERSION, links=links), headers=headers)
    return JSONResponse({"name": "Aksio API", "version": VERSION, **_PLACES}, headers=headers)
