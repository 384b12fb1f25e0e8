"""Google's own Pub/Sub emulator, started for the tests that need it."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deadlines import PROCESS_SECONDS


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PROCESS_SECONDS
    while not _listening(port):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the Pub/Sub emulator does not start: {log.read_text('utf-8')}")
        time.sleep(0.05)


@contextmanager
def pubsub_emulator(folder: Path) -> Iterator[str]:
    """Its address. Skips where gcloud or Java is missing; `folder` keeps its data and its log."""
    if not (shutil.which("gcloud") and shutil.which("java")):
        pytest.skip("gcloud or Java is missing: nothing was tried against the Pub/Sub emulator")
    port, log = _free_port(), folder / "emulator.log"
    command = ["gcloud", "beta", "emulators", "pubsub", "start", "--project=tests", "--quiet"]
    command += [f"--host-port=127.0.0.1:{port}", f"--data-dir={folder}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait(process, port, log)
        yield f"127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # gcloud and the Java process that it started
        process.wait()
