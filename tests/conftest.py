"""Fixtures of every test: the stack through its front door, and no network but loopback."""

import gc
import logging
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.stack import Stack, User

_quiet = [HealthCheck.function_scoped_fixture]
# The same examples in every run, so that a change is judged by what it changes;
# HYPOTHESIS_PROFILE=explore tries others, and more.
settings.register_profile(
    "default", deadline=None, max_examples=40, derandomize=True, suppress_health_check=_quiet
)
settings.register_profile("explore", deadline=None, max_examples=500, suppress_health_check=_quiet)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

gc.set_threshold(100_000, 50, 100)  # hundreds of stacks in one process: looking for cycles takes its time

_connect = socket.socket.connect
_UNMEASURED = pytest.StashKey[bool]()
_MEASURED = 1  # of the parameters of one test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that no worker is left with one at the end.

    Measuring coverage makes a test twice as slow: those that are slow anyhow, and a test with further
    parameters, try at length what others have covered.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    seen: Counter[str] = Counter()
    for item in items:
        function = item.nodeid.partition("[")[0]
        seen[function] += 1
        if item.get_closest_marker("slow") or seen[function] > _MEASURED:
            item.stash[_UNMEASURED] = True


def pytest_collection_finish() -> None:
    """Leave modules and tests, which stay to the end, out of every later search for garbage."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """In a worker, have each line measured once.

    pytest-cov begins before it knows that it is in a worker, where it begins again: the first measuring would
    go on whenever the second is paused.
    """
    coverage = _coverage(config)
    if coverage is not None and hasattr(config, "workerinput"):
        coverage.pause()


def _coverage(config: pytest.Config) -> Any:
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Pauses coverage for the test with its fixtures. What is reported is covered by the others alone."""
    coverage = _coverage(item.config)
    if coverage is None or not item.stash.get(_UNMEASURED, None):
        return (yield)
    coverage.pause()
    try:
        return (yield)
    finally:
        coverage.resume()


@pytest.fixture(scope="session", autouse=True)
def _closed_to_the_outside() -> Iterator[None]:
    """Fail a test at once that reaches for another host, and have none wait for the disk."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if not (host.startswith("127.") or host in ("::1", "localhost")):
                raise AssertionError(f"a test tried to reach {address}")
        _connect(self, address)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", connect)
        patched.setattr(os, "fsync", lambda _: None)  # no test cuts the machine's power
        yield


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command set up: lines of later tests would go to its standard error, which is closed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def stack(tmp_path: Path) -> "AsyncIterator[Stack]":
    from tests.stack import running  # the whole product: only the tests that use it load it

    async with running(tmp_path) as built:
        yield built


@pytest.fixture
async def user(stack: "Stack") -> "User":
    return await stack.sign_up()
