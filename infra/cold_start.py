"""Measure the time from the start of a function's process to its first answer."""

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
from infra.bundle.site import link_distributions, python_command

HELLO = "hello world"
# The minimal settings of the google profile. No service is called.
ENVIRONMENT = {
    "PROFILE": "google",
    "AUDIT_KEYS": "a-key-used-by-the-benchmarks-alone",
    "JWT_SECRET": "a-secret-used-by-the-benchmark-alone",
    "RETRIEVER_SERVICE_TOKEN": "a-token-used-by-the-benchmark-alone",
    "GOOGLE_CLOUD_PROJECT": "demo-aksio",
    "OBJECTS_BUCKET": "demo-aksio-objects",
    "OBJECTS_ACCESS_KEY": "benchmark-access-key",
    "OBJECTS_SECRET_KEY": "benchmark-secret-key",
    "SMTP_HOST": "smtp.invalid",
    "HOST": "127.0.0.1",
    "LOG_LEVEL": "ERROR",
}
_FRAMEWORK = "from functions_framework._cli import _cli; _cli(['--target', 'api'])"
_HELLO_MAIN = '''"""The smallest function with the same frameworks."""

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
def serve(function: Function, environment: Mapping[str, str]) -> Iterator[int]:
    """Yield the port where the function will be served, and kill its processes at the end."""
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


def framework_command(distributions: Iterable[str], libraries: Path) -> list[str]:
    """Return the command that serves `main.py` with these distributions alone, linked into `libraries`."""
    return python_command(sys.executable, _FRAMEWORK, link_distributions(distributions, libraries))


def wait_for_answer(port: int, path: str, *, timeout: float = 60) -> tuple[int, bytes]:
    """Request a path until it is answered, for `timeout` seconds. Returns status and body.

    Raises TimeoutError.
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except ConnectionError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise TimeoutError(f"no answer on port {port} within {timeout} seconds")


def build_functions(folder: Path) -> Iterator[Function]:
    """Build hello world and each group's bundle into `folder`."""
    hello, bundles, libraries = folder / "hello", folder / "bundles", folder / "libraries"
    hello.mkdir()
    (hello / "main.py").write_text(_HELLO_MAIN, "utf-8")
    frameworks = Pins.read(REQUIREMENTS).closure({"fastapi", "functions_framework"})
    yield Function(HELLO, hello, framework_command(frameworks, libraries / "hello"))
    for bundle in build_all(bundles):
        command = framework_command(bundle.distributions, libraries / bundle.group)
        yield Function(bundle.group, bundles / bundle.group, command)


def measure_cold_starts(functions: Sequence[Function], *, starts: int = 5) -> dict[str, float]:
    """Return the median milliseconds by function.

    Functions take turns, so that other load on the machine affects all alike. The first round compiles, as
    the buildpack does before deployment, and is not counted.
    """
    rounds = [[_milliseconds(function) for function in functions] for _ in range(starts + 1)]
    medians = [statistics.median(times) for times in zip(*rounds[1:], strict=True)]
    return dict(zip((function.name for function in functions), medians, strict=True))


def _milliseconds(function: Function) -> float:
    started = time.perf_counter()
    with serve(function, ENVIRONMENT) as port:
        status, _ = wait_for_answer(port, "/")
        milliseconds = (time.perf_counter() - started) * 1000
    if status >= 500:
        raise RuntimeError(f"{function.name} answered {status}")
    return milliseconds
