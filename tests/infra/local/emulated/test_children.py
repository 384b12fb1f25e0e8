"""Programs of the stack: waited for, explained when they fail, ended with all that they started."""

import os
import sys
from pathlib import Path

import pytest

from infra.local.emulated import children, emulators
from infra.local.emulated.children import Child, free_ports, start, stop
from infra.local.errors import NotStarted

LISTEN = """
import os, signal, socket, sys, time
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        time.sleep(60)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""


def child(folder: Path, code: str = LISTEN, *, temper: str = "mild") -> Child:
    (port,) = free_ports(1)
    return Child(
        "The bell", (sys.executable, "-c", code, str(port), temper), port, folder / "logs" / "bell.log"
    )


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


async def test_children_listen_once_started_and_are_gone_once_stopped(tmp_path: Path) -> None:
    bells = [child(tmp_path / "a"), child(tmp_path / "b")]
    await start(bells)
    await stop(bells)
    for bell in bells:
        with pytest.raises(NotStarted):
            await bell.listening()


async def test_a_child_that_will_not_end_is_killed_with_its_own_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "GRACE", 0.2)
    bell = child(tmp_path, temper="stubborn")
    await start([bell])
    grandchild = int(bell.log.read_text())
    assert alive(grandchild)
    await bell.stop()
    assert not alive(grandchild)


async def test_a_child_that_ends_at_its_start_is_explained(tmp_path: Path) -> None:
    bell = child(tmp_path, "print('cracked')")
    with pytest.raises(NotStarted, match=r"The bell did not start\.\n.*bell\.log:\n  cracked"):
        await start([bell])
    await bell.stop()


async def test_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "PATIENCE", 0.3)
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
