"""Contract of push, over the folder and over Firebase Cloud Messaging."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from shared.push import Notification, Push
from shared.push.folder import FolderPush
from tests.shared.push.messaging import Messaging, pushing_to

HELLO = Notification("reminder/1", "Grüße 🎓", "3 cards", {"due": "3"})

Reached = Callable[[], list[tuple[set[str], Any]]]
Sending = tuple[Push, Reached]


def from_files(folder: Path) -> list[tuple[set[str], Any]]:
    files = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*"))]
    return [(set(file["tokens"]), (file["title"], file["body"], file["data"])) for file in files]


def from_messages(messages: list[dict[str, Any]]) -> list[tuple[set[str], Any]]:
    """By tag, as a device shows them: the last one in the place of any before."""
    shown: dict[str, tuple[set[str], Any]] = {}
    for message in messages:
        tokens, _ = shown.get(message["android"]["notification"]["tag"], (set(), None))
        text = message["notification"]
        shown[message["android"]["notification"]["tag"]] = (
            tokens | {message["token"]},
            (text["title"], text["body"], message.get("data", {})),
        )
    return list(shown.values())


@pytest.fixture(params=["folder", "firebase"])
async def sending(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sending]:
    """A push, and what was shown on which devices."""
    if request.param == "folder":
        folder = FolderPush(tmp_path / "push")
        yield folder, lambda: from_files(tmp_path / "push")
        await folder.aclose()
        return
    service = Messaging()
    async with pushing_to(service) as push:
        yield push, lambda: from_messages(service.taken)


async def test_every_device_is_reached(sending: Sending) -> None:
    push, shown = sending
    assert await push.send(["phone", "tablet"], HELLO) == set()
    assert shown() == [({"phone", "tablet"}, ("Grüße 🎓", "3 cards", {"due": "3"}))]


async def test_data_is_not_needed(sending: Sending) -> None:
    push, shown = sending
    await push.send(["phone"], Notification("k", "title", "body"))
    assert shown() == [({"phone"}, ("title", "body", {}))]


async def test_the_same_key_is_shown_once(sending: Sending) -> None:
    push, shown = sending
    for key in ("a/../1", "a/../1", "b"):
        await push.send(["phone"], Notification(key, key, "body"))
    assert sorted(text[0] for _, text in shown()) == ["a/../1", "b"]


async def test_nobody_is_reached_without_devices(sending: Sending) -> None:
    push, _ = sending
    assert await push.send([], HELLO) == set()
