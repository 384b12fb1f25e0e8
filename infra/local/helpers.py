"""Further processes that serve requests beside the stack's first one, over the same data folder.

The first one delivers messages and has what keeps state in memory, the retrieval service; helpers pass its
requests on. All listen on the same address, among which the kernel shares out connections (SO_REUSEPORT).
"""

import asyncio
import gc
import socket
import sys
from contextlib import AsyncExitStack, suppress
from functools import partial

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.groups import entries, fallback
from infra.local import stand_ins
from infra.local.emulated import children
from infra.local.emulated.children import HOST, Child
from infra.local.emulated.proxy import Proxy, create_client
from infra.local.emulated.reaper import Reaper
from infra.local.gateway import Gateway
from infra.local.hosts import OwnHost
from infra.local.stack import LocalStack
from infra.openapi import public_document
from shared.logs import configure_logging
from shared.services import Services
from shared.settings import Settings


class SharedStack(LocalStack):
    """The embedded stack with helpers, `processes` in all: serve it on its `sockets`."""

    def __init__(self, services: Services, processes: int) -> None:
        """Listen on the stack's address, which nothing else does, and on another for the helpers."""
        super().__init__(services)
        settings = services.settings
        own, *others = children.free_ports(processes)
        self.sockets = [listen(settings.host, settings.port), listen(HOST, own)]
        logs = settings.data_dir / "logs"
        self._helpers = [
            Child(
                f"Helper {number}",
                (sys.executable, "-m", "infra.local.helpers", str(port), f"http://{HOST}:{own}"),
                port,
                logs / f"helper-{number}.log",
            )
            for number, port in enumerate(others, 1)
        ]
        self._exit_stack = AsyncExitStack()

    async def start(self) -> None:
        """Start the worker, then the helpers, and return when they listen. Raises NotStarted."""
        await super().start()
        reaper = Reaper()
        self._exit_stack.callback(reaper.stop)
        self._exit_stack.push_async_callback(children.stop, self._helpers)
        await children.start(self._helpers, reaper)
        for helper in self._helpers:
            self._exit_stack.push_async_callback(_cancel, asyncio.create_task(helper.keep_running()))

    async def stop(self) -> None:
        await self._exit_stack.aclose()
        await super().stop()


class _HelperGateway:
    """The groups, and the first process for what only it can answer."""

    def __init__(self, services: Services, first: ASGIApp) -> None:
        groups = [(entry, entry.load()) for entry in entries()]
        self._first = first
        self._own = Gateway(services, groups, stand_ins.mount_objects(services), fallback=fallback())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] != "http" or not scope["path"].startswith(f"{stand_ins.RETRIEVAL}/")
        await (self._own if is_own else self._first)(scope, receive, send)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that shares its address with those of other processes of this user."""
    shared = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind((host, port))
    return shared


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def serve_requests(settings: Settings, *, port: int, first: str) -> None:
    """Serve the stack's address, and `port` for its first process, until terminated."""
    services, http = Services(settings), create_client()
    services.describe = partial(public_document, services)
    gateway = OwnHost(_HelperGateway(services, Proxy(services, first, http)), settings)
    config = uvicorn.Config(
        gateway,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    gc.freeze()  # what is loaded stays: collections need not look through it
    try:
        await uvicorn.Server(config).serve([listen(settings.host, settings.port), listen(HOST, port)])
    finally:
        await http.aclose()
        await services.aclose()


def main() -> None:
    """Run one helper: `python -m infra.local.helpers PORT URL-OF-THE-FIRST`."""
    port, first = sys.argv[1:]
    settings = Settings()
    configure_logging(settings.chosen_log_level, project=settings.google_cloud_project)
    with suppress(KeyboardInterrupt):
        uvloop.run(serve_requests(settings, port=int(port), first=first))


if __name__ == "__main__":
    main()
