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
from infra.local.demo.journey import Journey, run_steps
from infra.local.demo.screen import Screen, create_console
from infra.local.demo.steps import STEPS
from shared.clock import Clock, SystemClock
from shared.settings import Settings

DOCUMENTS = Path("build/demo")
ANSWER_WITHIN = httpx.Timeout(120.0, connect=10.0)
INTERRUPTED = 130  # the exit code of shells


async def run_demo(settings: Settings, screen: Screen, clock: Clock) -> None:
    """Build the documents, start the stack, take all steps, stop, sum up. Raises DemoFailed."""
    address, log = f"http://localhost:{settings.port}", settings.data_dir / "demo.log"
    started = time.monotonic()
    screen.show_title("Aksio demo: documents become flashcards that quote their source")
    files = build(DOCUMENTS)
    screen.say(f"Built {', '.join(file.name for file in files)} in {DOCUMENTS}/")
    async with AsyncExitStack() as until_done:
        with screen.show_waiting(f"Starting the local stack on {address}; its log is {log}"):
            running = stack.run_stack(host=settings.host, port=settings.port, log=log)
            await until_done.enter_async_context(running)
        http = httpx.AsyncClient(base_url=address, timeout=ANSWER_WITHIN, trust_env=False)
        client = Client(await until_done.enter_async_context(http), say=screen.say)
        await run_steps(Journey(client, screen, files, clock.now().date()), STEPS)
    screen.show_summary(client.steps)
    screen.say(f"The whole demo took {time.monotonic() - started:.0f} s, with the stack's start and stop.")
    screen.show_farewell(list_next_commands(settings, address))


def list_next_commands(settings: Settings, address: str) -> list[tuple[str, str]]:
    """List what to do next; commands name settings that differ from the defaults."""
    named_settings = {"PORT": settings.port, "DATA_DIR": settings.data_dir}
    settings_prefix = (
        f"STACK={kind} " if (kind := os.environ.get("STACK", "")) not in ("", "embedded") else ""
    )
    settings_prefix += "".join(
        f"{name}={value} "
        for name, value in named_settings.items()
        if value != Settings.model_fields[name.lower()].default
    )
    return [
        ("Serve the same stack", f"{settings_prefix}make run"),
        ("Sign in as", f"{EMAIL}   password: {PASSWORD}"),
        ("Documentation", f"{address}/api/docs/ (while it is served)"),
        ("Its data", f"{settings.data_dir}/"),
        ("Delete its data", f"{settings_prefix}make clean"),
    ]


async def run_until_terminated(screen: Screen) -> None:
    """Run the demo with this process's settings; SIGTERM ends it and its child, as Ctrl-C does."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await run_demo(Settings(), screen, SystemClock())


def main() -> int:
    """Run the demo and return the process's exit code."""
    screen = Screen(create_console())
    try:
        asyncio.run(run_until_terminated(screen))
    except (DemoFailed, ValidationError) as problem:
        screen.show_problem(f"The demo failed. {problem}")
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.show_problem("The demo was interrupted; the stack is stopped.")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
