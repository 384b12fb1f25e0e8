"""Entry points of the auth group: `api` for HTTP, `events` for Pub/Sub, `tasks` for Cloud Tasks."""

from typing import cast

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from functions.auth.group import GROUP
from shared.services import get_default_services

app = GROUP.create_app(get_default_services())


@functions_framework.aio.http
async def api(request: Request) -> Response:  # noqa: ARG001 - the application reads it itself
    """Return the ASGI application that answers every HTTP request of the group."""
    return cast("Response", app)  # the framework calls it as it calls a response: as an ASGI application


@functions_framework.aio.http
async def events(request: Request) -> Response:
    """Deliver one CloudEvent to the group's consumers."""
    return await GROUP.receive(get_default_services(), request)


@functions_framework.aio.http
async def tasks(request: Request) -> Response:
    """Run one task of the group's queue."""
    return await GROUP.run_task(get_default_services(), request)
