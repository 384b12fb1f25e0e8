"""Firebase Cloud Messaging's answers about single devices, and missing answers."""

import pytest
from google.auth.exceptions import RefreshError

from shared.errors import ServiceUnavailable
from shared.push import Notification
from tests.shared.push.messaging import AWAY, GONE, MISTAKEN, NOT_OURS, Messaging, pushing_to

HELLO = Notification("key", "title", "body")


async def test_tokens_that_are_gone_or_not_ours_are_told() -> None:
    service = Messaging()
    service.failing = {"gone": GONE, "foreign": NOT_OURS, "mistaken": MISTAKEN, "away": AWAY}
    async with pushing_to(service) as push:
        assert await push.send(["gone", "phone", "foreign", "mistaken", "away"], HELLO) == {"gone", "foreign"}
    assert [message["token"] for message in service.taken] == ["phone"]


async def test_where_all_are_gone_nothing_is_left_to_try() -> None:
    service = Messaging()
    service.failing = {"one": GONE, "two": GONE}
    async with pushing_to(service) as push:
        assert await push.send(["one", "two"], HELLO) == {"one", "two"}


async def test_where_nobody_was_reached_it_may_be_tried_again() -> None:
    service = Messaging()
    service.failing = {"phone": AWAY, "gone": GONE}
    async with pushing_to(service) as push:
        with pytest.raises(ServiceUnavailable):
            await push.send(["phone", "gone"], HELLO)
        service.broken = True
        with pytest.raises(ServiceUnavailable):
            await push.send(["phone"], HELLO)


async def test_without_rights_it_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pushing_to(Messaging()) as push:

        def refused(*_: object, **__: object) -> None:
            raise RefreshError("no credentials")  # type: ignore[no-untyped-call]

        monkeypatch.setattr(push._messaging, "send_each_for_multicast", refused)
        with pytest.raises(ServiceUnavailable):
            await push.send(["phone"], HELLO)


async def test_a_repetition_takes_the_place_of_the_first_on_every_platform() -> None:
    service = Messaging()
    async with pushing_to(service) as push:
        await push.send(["phone"], HELLO)
    (message,) = service.taken
    tag = message["android"]["notification"]["tag"]
    assert message["android"]["collapse_key"] == tag
    assert message["apns"]["headers"]["apns-collapse-id"] == tag
    assert message["webpush"]["notification"]["tag"] == tag
    assert "key" not in tag
