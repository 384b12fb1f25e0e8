"""A group's entry points under the real functions framework, without a file of their own."""

import os
from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from shared.group import Group
from shared.services import Services


def events_of(group: Group, services: Services) -> ASGIApp:
    """As `events` of a deployed group's main.py."""

    @functions_framework.aio.http
    async def events(request: Request) -> Response:
        return await group.receive(services, request)

    return _application(events=events)


def tasks_of(group: Group, services: Services) -> ASGIApp:
    """As `tasks` of a deployed group's main.py."""

    @functions_framework.aio.http
    async def tasks(request: Request) -> Response:
        return await group.run_task(services, request)

    return _application(tasks=tasks)


def _application(**functions: object) -> ASGIApp:
    (target,) = functions
    with patch.dict(os.environ):  # the framework leaves a variable there
        app = functions_framework.aio.create_asgi_app_from_module(  # type: ignore[no-untyped-call]
            target, "main.py", None, SimpleNamespace(**functions), None
        )
    return cast("ASGIApp", app)
