"""`python -m infra.local.demo`: the product's main job on three real documents, over plain HTTP."""

import asyncio
import os
import signal
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from pydantic import ValidationError

from infra.local.account import EMAIL, PASSWORD
from infra.local.demo import stack
from infra.local.demo.client import Client, DemoFailed
from infra.local.demo.documents.build import build
from infra.local.demo.journey import Journey, travel
from infra.local.demo.route import ROUTE
from infra.local.demo.screen import Screen, console
from shared.clock import Clock, SystemClock
from shared.settings import Settings

DOCUMENTS = Path("build/demo")
ANSWER_WITHIN = httpx.Timeout(120.0, connect=10.0)
INTERRUPTED = 130  # as shells tell it


async def demo(settings: Settings, screen: Screen, clock: Clock) -> None:
    """Build, start, go the whole way, stop, sum up. Raises DemoFailed."""
    address, log = f"http://localhost:{settings.port}", settings.data_dir / "demo.log"
    started = time.monotonic()
    screen.title("Aksio demo: documents become flashcards that quote their source")
    files = build(DOCUMENTS)
    screen.say(f"Built {', '.join(file.name for file in files)} in {DOCUMENTS}/")
    async with AsyncExitStack() as until_done:
        with screen.waiting(f"Starting the local stack on {address}; its log is {log}"):
            running = stack.running(host=settings.host, port=settings.port, log=log)
            await until_done.enter_async_context(running)
        http = httpx.AsyncClient(base_url=address, timeout=ANSWER_WITHIN, trust_env=False)
        client = Client(await until_done.enter_async_context(http), say=screen.say)
        await travel(Journey(client, screen, files, clock.now().date()), ROUTE)
    screen.summary(client.steps)
    screen.say(f"All of it took {time.monotonic() - started:.0f} s, the stack's start and stop included.")
    screen.farewell(how_to_go_on(settings, address))


def how_to_go_on(settings: Settings, address: str) -> list[tuple[str, str]]:
    """What to do next, and how: commands name the port and the folder where they are not the usual ones."""
    chosen = {"PORT": settings.port, "DATA_DIR": settings.data_dir}
    given = f"STACK={kind} " if (kind := os.environ.get("STACK", "")) not in ("", "embedded") else ""
    given += "".join(
        f"{name}={value} "
        for name, value in chosen.items()
        if value != Settings.model_fields[name.lower()].default
    )
    return [
        ("Serve the same stack", f"{given}make run"),
        ("Sign in as", f"{EMAIL}   password: {PASSWORD}"),
        ("Documentation", f"{address}/api/docs/ (while it is served)"),
        ("Its data", f"{settings.data_dir}/"),
        ("Begin anew", f"{given}make clean"),
    ]


async def until_terminated(screen: Screen) -> None:
    """The demo with this process's settings; SIGTERM ends it as Ctrl-C does, and the child with it."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await demo(Settings(), screen, SystemClock())


def main() -> int:
    screen = Screen(console())
    try:
        asyncio.run(until_terminated(screen))
    except (DemoFailed, ValidationError) as problem:
        screen.problem(f"The demo failed. {problem}")
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.problem("Stopped, and the stack with it.")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
