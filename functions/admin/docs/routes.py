"""The OpenAPI document and Swagger UI, served without reaching another host."""

import asyncio
import base64
import hashlib
import re
from importlib.resources import files
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

from functions.admin.docs import service
from functions.admin.docs.errors import ApiDocumentUnavailable
from shared.errors import NotFound
from shared.store import Cost
from shared.web.access import FREE
from shared.web.depends import Provided
from shared.web.router import Router

router = Router(tag="documentation")

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}


@router.serve(
    "GET",
    "/api/schema/",
    access=FREE,
    cost=Cost(),
    errors=[ApiDocumentUnavailable],
    include_in_schema=False,
)
async def get_schema(
    services: Provided,
    request: Request,
    form: Annotated[service.Format | None, Query(alias="format")] = None,
    aliases: Literal["yes", "no"] = "yes",
) -> Response:
    """Return the whole API as one OpenAPI 3.1 document, in JSON or YAML, with aliases or without."""
    wants_yaml = "yaml" in request.headers.get("Accept", "")
    form = form or ("yaml" if wants_yaml else "json")
    rendering = await asyncio.to_thread(
        service.render_document, services, form=form, aliases=aliases == "yes"
    )
    headers = {
        "ETag": rendering.etag,
        "Cache-Control": "public, max-age=300",
        "Vary": "Accept, Accept-Encoding",
    }
    if rendering.etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    content = rendering.content
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = rendering.compressed, "gzip"
    return Response(content, media_type=f"application/{form}", headers=headers)


@router.serve("GET", "/api/docs/", aliases=["/swagger/"], access=FREE, cost=Cost(), include_in_schema=False)
async def get_docs() -> HTMLResponse:
    """Show the browsable documentation."""
    page = get_swagger_ui_html(
        openapi_url="/api/schema/?aliases=no",
        title="Aksio API",
        swagger_js_url="/api/docs/assets/swagger-ui-bundle.js",
        swagger_css_url="/api/docs/assets/swagger-ui.css",
        swagger_favicon_url="/api/docs/assets/favicon.png",
        swagger_ui_parameters={"docExpansion": "none", "persistAuthorization": True},
    )
    page.headers["Content-Security-Policy"] = _build_policy(bytes(page.body).decode())
    return page


def _build_policy(page: str) -> str:
    """Allow what the page itself has: its one inline script by its hash, and files of its own host."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    sources = " ".join(["'self'", *(f"'sha256-{each}'" for each in hashes)])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {sources}",
            "style-src 'self' 'unsafe-inline'",  # Swagger UI sets styles of elements
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


@router.serve("GET", "/api/docs/assets/{name}/", access=FREE, cost=Cost(), include_in_schema=False)
async def get_asset(name: str) -> Response:
    """Return a file of Swagger UI, from the package that ships it."""
    if name not in _ASSETS:
        raise NotFound
    content = files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers={"Cache-Control": "public, max-age=86400"})
