"""The official emulators, each started once for the processes' tests and stopped at their end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.deadlines import PROCESS_SECONDS

_RULES = Path(__file__).parent.parent / "infra" / "firestore" / "firestore.rules"


@dataclass
class Emulator:
    """`gcloud <command> --host-port=…`: an HTTP server that answers once it is ready."""

    name: str
    command: Sequence[str]
    needs: Sequence[str] = ("gcloud", "java")
    users: int = 0
    host: str = ""
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Host and port. The first who asks starts it, the last to leave stops it."""
        if missing := [program for program in self.needs if shutil.which(program) is None]:
            pytest.skip(f"not tried against the {self.name} emulator: {', '.join(missing)} not installed")
        if self.users == 0:
            self._start()
        self.users += 1
        try:
            yield self.host
        finally:
            self.users -= 1
            if self.users == 0:
                self._stop()

    def _start(self) -> None:
        self.host = f"127.0.0.1:{_free_port()}"
        with tempfile.TemporaryFile() as output:
            self._process = subprocess.Popen(
                ["gcloud", *self.command, f"--host-port={self.host}", "--quiet"],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            if not self._answers():
                self._stop()
                output.seek(0)
                pytest.fail(f"the {self.name} emulator did not start: {output.read().decode()}")

    def _answers(self) -> bool:
        end = time.monotonic() + PROCESS_SECONDS
        while time.monotonic() < end and self._process is not None and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://{self.host}/", timeout=5):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False

    def _stop(self) -> None:
        """It and the processes it started are one group."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)  # it keeps everything in memory: nothing to save
            self._process.wait()
            self._process = None


FIRESTORE = Emulator("Firestore", ["emulators", "firestore", "start", f"--rules={_RULES}"])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
