"""`STACK=emulators`: the demo over a process for each function and Google's emulators, in real time."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.deadlines import PROCESS_SECONDS
from tests.infra.local.demo.reading import unwrap

ROOT = Path(__file__).parents[4]
PHRASES = (
    "cell-energy.pdf, page ",
    "20 cards with quotes",
    "one wrong grade undone",
    "graded by the model “offline”",
    "3 cards reviewed by FSRS",
    "expected on the exam day",
    "20 cards as .apkg",
    "signed out, the old token is refused",
    "Total",
    "STACK=emulators PORT=",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("gcloud") and shutil.which("java")),
        reason="gcloud or Java is missing: the functions were not tried over Google's emulators",
    ),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    chosen = {"STACK": "emulators", "PORT": str(port), "DATA_DIR": str(folder / "data")}
    return {**kept, **chosen, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def left_over(folder: Path) -> list[str]:
    """The programs that still have to do with the folder, as Linux tells it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words and process.name != str(os.getpid()):
            found.append(process.name)
    return found


@pytest.mark.timeout(3 * PROCESS_SECONDS)
def test_the_demo_does_the_main_job_as_production_would(tmp_path: Path) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "infra.local.demo"),
        cwd=tmp_path,
        env=environment(tmp_path, free_port()),
        capture_output=True,
        timeout=2 * PROCESS_SECONDS,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    said = unwrap(done.stdout)
    assert [phrase for phrase in PHRASES if phrase not in said] == []
    assert left_over(tmp_path) == []
    logs = tmp_path / "data" / "logs"
    assert '"route": "/api/v1/courses/"' in (logs / "courses-api.log").read_text("utf-8")


@pytest.mark.timeout(2 * PROCESS_SECONDS)
@pytest.mark.parametrize(
    ("ending", "outcome"),
    [(signal.SIGTERM, (0, "[aksio] stopped\n")), (signal.SIGKILL, (-9, ""))],
    ids=["told", "killed"],
)
def test_a_stack_that_ends_while_it_starts_leaves_nothing_behind(
    tmp_path: Path, ending: signal.Signals, outcome: tuple[int, str]
) -> None:
    with subprocess.Popen(
        (sys.executable, "-m", "infra.local", "run"),
        cwd=tmp_path,
        env=environment(tmp_path, free_port()),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        logs = tmp_path / "data" / "logs"
        while not (logs / "pubsub.log").exists() or not re.search(
            "pubsub", (logs / "pubsub.log").read_text()
        ):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(ending)
        output, _ = process.communicate(timeout=PROCESS_SECONDS)
    assert (process.returncode, output) == outcome
    for _ in range(100):  # what outlives it for a moment ends the others
        if not left_over(tmp_path):
            break
        time.sleep(0.1)
    assert left_over(tmp_path) == []
