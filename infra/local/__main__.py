"""`python -m infra.local run`: serve the whole product until Ctrl-C; `--demo-account` creates an account.

STACK in the environment chooses how: `embedded`, all in this process, or `emulators`, a process for each
function over Google's emulators. PROCESSES says how many serve the embedded stack, one if it is not set.
"""

import argparse
import asyncio
import fcntl
import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import httpx
import uvicorn
import uvloop
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.types import ASGIApp

from infra.local import account
from infra.local.console import show_on_console
from infra.local.errors import AlreadyRunning, CannotRun
from infra.local.helpers import SharedStack
from infra.local.ports import check_port
from infra.local.stack import LocalStack
from shared.logs import configure_logging
from shared.services import Services
from shared.settings import Settings

MAX_PROCESSES = 64


class Stack(Protocol):
    """A local stack: start it once `gateway` listens, stop it in any case."""

    @property
    def services(self) -> Services: ...
    @property
    def gateway(self) -> ASGIApp: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock the data folder, as two workers on one queue would disturb each other.

    Raises AlreadyRunning, and CannotRun where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("w")
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise CannotRun(
            f"DATA_DIR is {folder}, which cannot be written: {reason}. Choose another DATA_DIR."
        ) from None
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(
                f"Another stack is running on {folder}. Stop it, or choose another DATA_DIR."
            ) from None
        yield


class _Server(uvicorn.Server):
    """A server that starts the stack once it listens, since the worker delivers to this server."""

    def __init__(self, config: uvicorn.Config, stack: Stack, *, demo_account: bool) -> None:
        super().__init__(config)
        self._stack = stack
        self._demo_account = demo_account
        self._starting: asyncio.Task[None] | None = None
        self._announcing: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals. Unlike uvicorn's, does not raise them again, so that the stack can be stopped."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._request_stop)
        yield

    def _request_stop(self) -> None:
        self.force_exit = self.should_exit  # the second signal ends open connections
        self.should_exit = True
        if self._starting is not None:
            self._starting.cancel()

    async def startup(self, sockets: list | None = None) -> None:  # type: ignore[type-arg]
        await super().startup(sockets)
        if self.started:
            self._starting = asyncio.create_task(self._stack.start())
            await asyncio.wait([self._starting])
            if not self._starting.cancelled():
                self._starting.result()
                self._announcing = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        """Print the addresses once requests are served, as the demo account is created by a request."""
        url = self._stack.services.settings.base_url
        today = self._stack.services.clock.now().date()
        if not self._demo_account:
            print(f"[aksio] ready on {url}   documentation: {url}/api/docs/", flush=True)
            return
        try:
            access = await account.ensure_account(url)
            print(f"[aksio] demo account: {account.EMAIL}   password: {account.PASSWORD}", flush=True)
            print(f"[aksio] ready on {url}   documentation: {url}/api/docs/", flush=True)
            if filled := await account.fill_account(url, access, today=today):
                print(f"[aksio] the demo account has {filled}", flush=True)
        except httpx.HTTPError as problem:
            print(f"[aksio] the demo account could not be set up: {problem}", flush=True)


def _show_mail(line: str) -> None:
    print(f"[aksio] {line}", flush=True)


def _choose_stack(settings: Settings) -> Stack:
    """Create the stack that STACK names. Raises CannotRun."""
    match os.environ.get("STACK", "") or "embedded":
        case "embedded":
            services, processes = Services(settings, mail_echo=_show_mail), _read_processes()
            return SharedStack(services, processes) if processes > 1 else LocalStack(services)
        case "emulators":
            from infra.local.emulated.stack import EmulatedStack

            return EmulatedStack(settings)
        case other:
            raise CannotRun(f"STACK must be embedded or emulators, not {other!r}.")


def _read_processes() -> int:
    """Return the number of processes that PROCESSES asks for. Raises CannotRun."""
    value = os.environ.get("PROCESSES", "") or "1"
    if not value.isdecimal() or not 1 <= int(value) <= MAX_PROCESSES:
        raise CannotRun(f"PROCESSES must be a number from 1 to {MAX_PROCESSES}, not {value!r}.")
    return int(value)


async def serve(settings: Settings, *, demo_account: bool) -> None:
    """Run the stack until it is interrupted. Raises CannotRun where it cannot start."""
    stack = _choose_stack(settings)
    config = uvicorn.Config(
        stack.gateway,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,  # the setting TRUSTED_PROXIES decides
        timeout_graceful_shutdown=3,
    )
    gc.freeze()  # what is loaded stays: collections need not look through it
    try:
        sockets = stack.sockets if isinstance(stack, SharedStack) else None
        await _Server(config, stack, demo_account=demo_account).serve(sockets)
    finally:
        await stack.stop()


def describe_setting(error: ErrorDetails) -> str:
    """Say in a sentence which setting is wrong, and why."""
    name, reason = ".".join(map(str, error["loc"])).upper(), error["msg"].removeprefix("Value error, ")
    if name == "PORT":
        return f"PORT is {error['input']!r}: a port is a number from 0 to 65535."
    if not name:
        return f"{reason[:1].upper()}{reason[1:]}."
    return f"{name} is {error['input']!r}: {reason[:1].lower()}{reason[1:]}."


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local")
    run = parser.add_subparsers(required=True).add_parser("run", help="serve the whole product")
    run.add_argument("--demo-account", action="store_true", help="create the demo account")
    return parser.parse_args()


def main() -> int:
    """Run the local stack on DATA_DIR; the exit status is 1 if it cannot run."""
    arguments = _arguments()
    try:
        settings = Settings()
    except ValidationError as problem:
        for error in problem.errors():
            print(f"[aksio] {describe_setting(error)}", file=sys.stderr)
        return 1
    configure_logging(settings.chosen_log_level, project=settings.google_cloud_project)
    if sys.stderr.isatty():
        show_on_console(sys.stderr)
    try:
        check_port(settings.host, settings.port)
        with lock_folder(settings.data_dir):
            uvloop.run(serve(settings, demo_account=arguments.demo_account))
    except CannotRun as problem:
        print(f"[aksio] {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    print("[aksio] stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
