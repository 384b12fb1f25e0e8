"""`python -m infra.local.demo` as a user runs it: its own process, its own stack, real time."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.demo.__main__ import list_next_commands, main
from shared.settings import Settings
from tests.deadlines import PROCESS_SECONDS
from tests.infra.local.demo.reading import unwrap

ROOT = Path(__file__).parents[4]
COMMAND = (sys.executable, "-m", "infra.local.demo")


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PORT": str(port), "DATA_DIR": str(folder / "data")}


@pytest.mark.slow
@pytest.mark.timeout(2 * PROCESS_SECONDS)
def test_the_demo_does_the_main_job_and_leaves_nothing_running(tmp_path: Path) -> None:
    port = find_free_port()
    done = subprocess.run(
        COMMAND,
        cwd=tmp_path,
        env=environment(tmp_path, port),
        capture_output=True,
        timeout=PROCESS_SECONDS,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    for phrase in (
        "cell-energy.pdf, page ",
        "20 cards with quotes",
        "one wrong grade undone",
        "3 cards reviewed by FSRS",
        "expected on the exam day",
        "20 cards as .apkg",
        "signed out, the old token is refused",
        "Total",
        f"PORT={port} DATA_DIR={tmp_path / 'data'} make run",
        "demo@aksio.example password: correct horse 7",
        f"http://localhost:{port}/api/docs/",
    ):
        assert phrase in unwrap(done.stdout)
    assert "\x1b" not in done.stdout
    assert (tmp_path / "build" / "demo" / "probability.md").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_stops_its_stack(tmp_path: Path, number: signal.Signals) -> None:
    port = find_free_port()
    with subprocess.Popen(
        COMMAND,
        cwd=tmp_path,
        env={**environment(tmp_path, port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A shell that runs the tests in the background has them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one call, no lock
    ) as process:
        assert process.stdout is not None
        assert any("Health" in line for line in process.stdout)
        process.send_signal(number)
        rest, errors = process.communicate(timeout=PROCESS_SECONDS)
    assert (process.returncode, errors) == (130, "")
    assert "The demo was interrupted; the stack is stopped." in rest
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.slow
def test_a_taken_port_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
        assert main() == 1
    assert f"The demo failed. Another program listens on port {port}." in capsys.readouterr().out


def test_an_unusable_setting_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert main() == 1
    assert "port" in capsys.readouterr().out


def test_commands_name_only_what_is_not_as_usual() -> None:
    usual = dict(list_next_commands(Settings(port=8080, data_dir=Path(".data")), "http://localhost:8080"))
    assert usual["Serve the same stack"] == "make run"
    moved = dict(list_next_commands(Settings(port=9000, data_dir=Path(".data")), "http://localhost:9000"))
    assert moved["Delete its data"] == "PORT=9000 make clean"
