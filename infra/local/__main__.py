"""`python -m infra.local run`: serve the whole product until Ctrl-C."""

import asyncio
import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from infra.local.stack import LocalStack
from shared.logs import configure
from shared.services import Services
from shared.settings import Settings


class AlreadyRunning(RuntimeError):
    """Another stack works on the same folder."""


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

    def __init__(self, config: uvicorn.Config, stack: LocalStack) -> None:
        super().__init__(config)
        self._stack = stack

    async def startup(self, sockets: list | None = None) -> None:  # type: ignore[type-arg]
        await super().startup(sockets)
        if self.started:
            await self._stack.start()
            url = self._stack.services.settings.base_url
            print(f"[aksio] ready on {url}   documentation: {url}/api/docs/", flush=True)


def _show_mail(line: str) -> None:
    print(f"[aksio] {line}", flush=True)


async def serve(settings: Settings) -> None:
    stack = LocalStack(Services(settings, mail_echo=_show_mail))
    config = uvicorn.Config(
        stack.gateway,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    try:
        await _Server(config, stack).serve()
    finally:
        await stack.stop()


def main() -> int:
    settings = Settings()
    configure(settings.log_level)
    try:
        with sole_owner(settings.data_dir):
            asyncio.run(serve(settings))
    except AlreadyRunning as problem:
        print(f"[aksio] {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("[aksio] stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
