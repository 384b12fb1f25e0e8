"""Fixtures of every test: the stack through its front door, and no network but loopback."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.stack import Stack, User

settings.register_profile(
    "default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("default")

_connect = socket.socket.connect


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that no worker is left with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another host fails at once."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if not (host.startswith("127.") or host in ("::1", "localhost")):
                raise AssertionError(f"a test tried to reach {address}")
        _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
async def stack(tmp_path: Path) -> "AsyncIterator[Stack]":
    from tests.stack import running  # the whole product: only the tests that use it load it

    async with running(tmp_path) as built:
        yield built


@pytest.fixture
async def user(stack: "Stack") -> "User":
    return await stack.sign_up()
