"""Programs of the stack: waited for, explained when they fail, ended with all that they started."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from infra.local.emulated import children, emulators, reaper
from infra.local.emulated.children import Child, free_ports, start, stop
from infra.local.errors import NotStarted
from shared.retries import RetryPolicy
from tests.deadlines import DEADLINE_SECONDS

LISTEN = """
import os, signal, socket, sys, time
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if (forked := os.fork()) == 0:
        time.sleep(60)
        os._exit(0)
    print(forked, flush=True)
server.listen()
time.sleep(60)
"""

ROOT = Path(__file__).parents[4]


def child(folder: Path, code: str = LISTEN, *, temper: str = "mild") -> Child:
    (port,) = free_ports(1)
    return Child(
        "The bell", (sys.executable, "-c", code, str(port), temper), port, folder / "logs" / "bell.log"
    )


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not true():  # noqa: ASYNC110 - processes tell it no other way
            await asyncio.sleep(0.02)


async def test_children_listen_once_started_and_are_gone_once_stopped(tmp_path: Path) -> None:
    bells = [child(tmp_path / "a"), child(tmp_path / "b")]
    await start(bells)
    await stop(bells)
    for bell in bells:
        with pytest.raises(NotStarted):
            await bell.wait_until_listening()


async def test_a_child_that_will_not_end_is_killed_with_its_own_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "STOP_TIMEOUT_SECONDS", 0.2)
    bell = child(tmp_path, temper="stubborn")
    await start([bell])
    grandchild = int(bell.log.read_text())
    assert alive(grandchild)
    await bell.stop()
    await until(lambda: not alive(grandchild))


RING = """
import asyncio, sys
from pathlib import Path
from infra.local.emulated.children import Child, start
from infra.local.emulated.reaper import Reaper

async def main() -> None:
    bell = Child("The bell", (sys.executable, "-c", *sys.argv[1:4]), int(sys.argv[2]), Path(sys.argv[4]))
    await start([bell], Reaper())
    print("listening", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_parent_that_is_killed_leaves_no_child_and_no_grandchild(tmp_path: Path) -> None:
    (port,), log = free_ports(1), tmp_path / "bell.log"
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RING, LISTEN, str(port), "stubborn", log,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"listening\n"
    grandchild = int(log.read_text())
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(grandchild))
    async with asyncio.timeout(DEADLINE_SECONDS):
        while await children._is_listening(port):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


async def test_a_forgotten_group_is_not_killed(tmp_path: Path) -> None:
    forgotten, watched = child(tmp_path / "a"), child(tmp_path / "b")
    await start([forgotten, watched])
    groups = f"{forgotten.pid}\n{watched.pid}\n-{forgotten.pid}\n"
    await asyncio.to_thread(
        subprocess.run, [sys.executable, reaper.__file__], input=groups.encode(), check=True
    )
    await until(lambda: not alive(watched.pid))
    await forgotten.wait_until_listening()
    await stop([forgotten, watched])


async def test_a_child_that_ends_by_itself_is_started_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "STOP_TIMEOUT_SECONDS", 0.2)
    bell, watcher = child(tmp_path, temper="stubborn"), reaper.Reaper()
    bell.restarts = RetryPolicy(first_pause=timedelta(milliseconds=10), max_pause=timedelta(seconds=1))
    await start([bell], watcher)
    keeping = asyncio.create_task(bell.keep_running())
    for _ in range(2):
        await killed_and_started_again(bell)
    keeping.cancel()
    await bell.stop()
    watcher.stop()
    forked = [int(pid) for pid in bell.log.read_text().split()]
    assert len(forked) == 3
    await until(lambda: not any(map(alive, forked)))


async def killed_and_started_again(bell: Child) -> None:
    """Kill the child alone: what it forked lives on and holds its port."""
    before = bell.pid
    os.kill(before, signal.SIGKILL)
    await until(lambda: bell.pid != before)
    await bell.wait_until_listening()


async def test_a_child_that_ends_at_its_start_is_explained(tmp_path: Path) -> None:
    bell = child(tmp_path, "print('cracked')")
    with pytest.raises(NotStarted, match=r"The bell did not start\.\n.*bell\.log:\n  cracked"):
        await start([bell])
    await bell.stop()


async def test_a_child_that_never_listens_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "START_TIMEOUT_SECONDS", 0.3)
    bell = child(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(NotStarted):
        await start([bell])
    await bell.stop()


async def test_what_never_started_needs_no_end(tmp_path: Path) -> None:
    await child(tmp_path).stop()


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(50))) == 50


def test_a_missing_emulator_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(NotStarted, match="gcloud and java"):
        emulators.check_installed()
