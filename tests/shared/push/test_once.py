"""A notification leaves once, however often its task comes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.errors import ServiceUnavailable
from shared.push import Notification, Push
from shared.push.folder import FolderPush
from shared.push.once import PUSHES, push_once
from shared.services import Services
from tests.stack import settings_for

HELLO = Notification("key", "title", "body")


class Flaky:
    """Fails as often as it is told."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.sent: list[Notification] = []

    async def send(self, tokens: Sequence[str], notification: Notification) -> set[str]:
        if self.failures:
            self.failures -= 1
            raise ServiceUnavailable
        self.sent.append(notification)
        return set(tokens)

    async def aclose(self) -> None:
        """Nothing is held open."""


def services_with(push: Push, folder: Path) -> Services:
    return Services(settings_for(folder), push=push)


async def test_the_second_time_nothing_is_sent(tmp_path: Path) -> None:
    push = Flaky(0)
    services = services_with(push, tmp_path)
    assert await push_once(services, ["phone"], HELLO) == {"phone"}
    assert await push_once(services, ["phone"], HELLO) == set()
    assert push.sent == [HELLO]
    (claim,) = await services.store.find(PUSHES.query().limit(10))
    assert claim.expires_at > services.clock.now()
    await services.aclose()


async def test_what_was_surely_not_sent_is_sent_again(tmp_path: Path) -> None:
    push = Flaky(1)
    services = services_with(push, tmp_path)
    with pytest.raises(ServiceUnavailable):
        await push_once(services, ["phone"], HELLO)
    await push_once(services, ["phone"], HELLO)
    assert push.sent == [HELLO]
    await services.aclose()


async def test_a_failing_disk_is_a_push_that_is_not_available(tmp_path: Path) -> None:
    (tmp_path / "push").write_text("no folder")
    with pytest.raises(ServiceUnavailable):
        await FolderPush(tmp_path / "push").send(["phone"], HELLO)


async def test_settings_choose_the_push(tmp_path: Path) -> None:
    services = Services(settings_for(tmp_path, firebase_project_id="aksio-test", emulators=True))
    assert isinstance(services.push, FolderPush)
    assert services.identity is not None
    await services.aclose()
