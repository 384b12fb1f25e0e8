"""From the start of a function's process to its first answer, under the functions framework."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.bundle.build import REQUIREMENTS, build_all
from infra.bundle.pins import Pins
from infra.bundle.site import link, python

HELLO = "hello world"
# The least that the google profile starts with. Nothing is called.
ENVIRONMENT = {
    "PROFILE": "google",
    "JWT_SECRET": "a-secret-of-the-benchmark-and-of-nothing-else",
    "GOOGLE_CLOUD_PROJECT": "demo-aksio",
    "OBJECTS_BUCKET": "demo-aksio-objects",
    "OBJECTS_ACCESS_KEY": "of the benchmark",
    "OBJECTS_SECRET_KEY": "and of nothing else",
    "SMTP_HOST": "smtp.invalid",
    "HOST": "127.0.0.1",
    "LOG_LEVEL": "ERROR",
}
_FRAMEWORK = "from functions_framework._cli import _cli; _cli(['--target', 'api'])"
_HELLO_MAIN = '''"""The least that can be served with the same frameworks."""

import functions_framework.aio
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def hello() -> dict[str, str]:
    return {"hello": "world"}


@functions_framework.aio.http
async def api(request):
    return app
'''


@dataclass(frozen=True)
class Function:
    """A folder with a `main.py`, and the command that serves it."""

    name: str
    folder: Path
    command: Sequence[str]


@contextmanager
def serving(function: Function, environment: Mapping[str, str]) -> Iterator[int]:
    """The port where the framework will serve the function; its processes end with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own code
        function.command,
        cwd=function.folder,
        env={**environment, "PORT": str(port)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def framework(distributions: Iterable[str], libraries: Path) -> list[str]:
    """The command that serves `main.py` where nothing but these distributions is installed."""
    return python(sys.executable, _FRAMEWORK, link(distributions, libraries))


def answer(port: int, path: str, *, patience: float = 60) -> tuple[int, bytes]:
    """Status and body, asked for until they come, `patience` in seconds. Raises TimeoutError."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except ConnectionError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise TimeoutError(f"no answer on port {port} within {patience} seconds")


def functions(folder: Path) -> Iterator[Function]:
    """Hello world, and each group's bundle, built into `folder`."""
    hello, bundles, libraries = folder / "hello", folder / "bundles", folder / "libraries"
    hello.mkdir()
    (hello / "main.py").write_text(_HELLO_MAIN, "utf-8")
    least = Pins.read(REQUIREMENTS).closure({"fastapi", "functions_framework"})
    yield Function(HELLO, hello, framework(least, libraries / "hello"))
    for bundle in build_all(bundles):
        command = framework(bundle.distributions, libraries / bundle.group)
        yield Function(bundle.group, bundles / bundle.group, command)


def cold_starts(measured: Sequence[Function], *, starts: int = 5) -> dict[str, float]:
    """Median milliseconds by function. They take turns, so that all have their share of what else the machine
    does. The first round compiles and is not counted: the buildpack has compiled before anybody waits."""
    rounds = [[_milliseconds(function) for function in measured] for _ in range(starts + 1)]
    medians = [statistics.median(times) for times in zip(*rounds[1:], strict=True)]
    return dict(zip((function.name for function in measured), medians, strict=True))


def _milliseconds(function: Function) -> float:
    started = time.perf_counter()
    with serving(function, ENVIRONMENT) as port:
        status, _ = answer(port, "/")
        taken = (time.perf_counter() - started) * 1000
    if status >= 500:
        raise RuntimeError(f"{function.name} answered {status}")
    return taken
