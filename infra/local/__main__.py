"""`python -m infra.local run`: serve the whole product until Ctrl-C; `--demo-account` makes one to try.

STACK in the environment chooses how: `embedded`, all in this process, or `emulators`, a process for each
function over Google's emulators.
"""

import argparse
import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import httpx
import uvicorn
from starlette.types import ASGIApp

from infra.local import account
from infra.local.errors import AlreadyRunning, CannotRun
from infra.local.stack import LocalStack
from shared.logs import configure
from shared.services import Services
from shared.settings import Settings


class Stack(Protocol):
    """`start` after `gateway` listens, `stop` in any case."""

    @property
    def services(self) -> Services: ...
    @property
    def gateway(self) -> ASGIApp: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@contextmanager
def sole_owner(folder: Path) -> Iterator[None]:
    """Hold the data folder: two workers on one queue would not know of each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(f"another stack is running on {folder}") from None
        yield


class _Server(uvicorn.Server):
    """Starts the stack once the socket listens: the worker delivers to this very server."""

    def __init__(self, config: uvicorn.Config, stack: Stack, *, demo_account: bool) -> None:
        super().__init__(config)
        self._stack = stack
        self._demo_account = demo_account
        self._starting: asyncio.Task[None] | None = None
        self._welcome: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's, does not raise the signal anew at the end: the stack has still to be stopped."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._leave)
        yield

    def _leave(self) -> None:
        self.force_exit = self.should_exit  # whoever asks twice is in a hurry
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
                self._welcome = asyncio.create_task(self._greet())

    async def _greet(self) -> None:
        """Once requests are served: the account is made through the front door."""
        url = self._stack.services.settings.base_url
        if self._demo_account:
            try:
                await account.ensure(url)
            except httpx.HTTPError as problem:
                print(f"[aksio] the demo account could not be made: {problem}", flush=True)
            else:
                print(f"[aksio] demo account: {account.EMAIL}   password: {account.PASSWORD}", flush=True)
        print(f"[aksio] ready on {url}   documentation: {url}/api/docs/", flush=True)


def _show_mail(line: str) -> None:
    print(f"[aksio] {line}", flush=True)


def _chosen(settings: Settings) -> Stack:
    """The stack that STACK names. Raises CannotRun."""
    match os.environ.get("STACK", "") or "embedded":
        case "embedded":
            return LocalStack(Services(settings, mail_echo=_show_mail))
        case "emulators":
            from infra.local.emulated.stack import EmulatedStack

            return EmulatedStack(settings)
        case other:
            raise CannotRun(f"STACK is embedded or emulators, not {other!r}")


async def serve(settings: Settings, *, demo_account: bool) -> None:
    """Raises CannotRun."""
    stack = _chosen(settings)
    config = uvicorn.Config(
        stack.gateway,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,  # TRUSTED_PROXIES says whom to believe
        timeout_graceful_shutdown=3,
    )
    try:
        await _Server(config, stack, demo_account=demo_account).serve()
    finally:
        await stack.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local")
    run = parser.add_subparsers(required=True).add_parser("run", help="serve the whole product")
    run.add_argument("--demo-account", action="store_true", help="make the account that everybody may try")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    settings = Settings()
    configure(settings.chosen_log_level)
    try:
        with sole_owner(settings.data_dir):
            asyncio.run(serve(settings, demo_account=arguments.demo_account))
    except CannotRun as problem:
        print(f"[aksio] {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    print("[aksio] stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
