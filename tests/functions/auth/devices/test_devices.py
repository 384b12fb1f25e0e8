"""Devices: registered, listed, moved, deleted, erased with their account."""

from typing import Any

import pytest

from functions.auth.devices.store import DEVICE_TOKENS
from shared.published.accounts import DEVICES, DevicesGone
from shared.store import Transaction
from tests.stack import PASSWORD, Stack, User

PATH = "/api/v1/accounts/devices/"


async def register(user: User, token: str = "fcm token", platform: str = "web") -> dict[str, Any]:
    answer = await user.http.post(PATH, json={"token": token, "platform": platform})
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def list_ids(user: User) -> list[str]:
    return [device["id"] for device in (await user.http.get(PATH)).json()["results"]]


async def test_a_device_is_told_and_listed(stack: Stack, user: User) -> None:
    assert (await user.http.get(PATH)).json() == {"count": 0, "next": None, "previous": None, "results": []}
    given = await register(user)
    assert given | {"id": ""} == {
        "id": "",
        "platform": "web",
        "created_at": "2026-03-02T12:00:00.000Z",
        "seen_at": "2026-03-02T12:00:00.000Z",
    }
    assert "fcm token" not in given["id"]
    await stack.advance(minutes=1)
    other = await register(user, "another", "android")
    assert await list_ids(user) == [other["id"], given["id"]]


async def test_the_same_token_is_the_same_device(stack: Stack, user: User) -> None:
    first = await register(user)
    await stack.advance(minutes=1)
    again = await register(user, platform="ios")
    assert again == first | {"platform": "ios", "seen_at": "2026-03-02T12:01:00.000Z"}
    assert await list_ids(user) == [first["id"]]


async def test_a_device_moves_to_whoever_told_it_last(stack: Stack, user: User) -> None:
    other = await stack.sign_up()
    first, moved = await register(user), await register(other)
    assert moved["id"] == first["id"]
    assert await list_ids(user) == []
    assert await list_ids(other) == [first["id"]]
    assert (await user.http.delete(f"{PATH}{first['id']}/")).status_code == 404


async def test_a_removed_device_is_gone(stack: Stack, user: User) -> None:
    device = f"{PATH}{(await register(user))['id']}/"
    other = await stack.sign_up()
    assert (await other.http.delete(device)).status_code == 404
    assert (await user.http.delete(device)).status_code == 204
    assert (await user.http.delete(device)).status_code == 404
    assert await list_ids(user) == []
    assert await stack.services.store.count(DEVICE_TOKENS.query()) == 0


async def test_the_twenty_first_device_takes_the_place_of_the_longest_unseen(
    stack: Stack, user: User
) -> None:
    devices = []
    for number in range(20):
        devices.append((await register(user, f"token {number}"))["id"])
        await stack.advance(seconds=1)
    await register(user, "token 0")
    assert len(await list_ids(user)) == 20
    await stack.advance(seconds=1)
    newest = await register(user, "token 20")
    assert set(await list_ids(user)) == {newest["id"], devices[0], *devices[2:]}
    assert await stack.services.store.count(DEVICE_TOKENS.query()) == 20


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"platform": "web"}, "token"),
        ({"token": "", "platform": "web"}, "token"),
        ({"token": "x" * 4097, "platform": "web"}, "token"),
        ({"token": "schlüssel", "platform": "web"}, "token"),
        ({"token": "t"}, "platform"),
        ({"token": "t", "platform": "windows"}, "platform"),
    ],
)
async def test_what_is_no_device_is_refused(user: User, body: dict[str, str], field: str) -> None:
    answer = await user.http.post(PATH, json=body)
    assert (answer.status_code, list(answer.json()["details"])) == (422, [field])


async def test_devices_end_with_the_account(stack: Stack, user: User) -> None:
    await register(user)
    other = await stack.sign_up()
    kept = await register(other, "another")
    erased = await user.http.request("DELETE", "/api/v1/accounts/profile/", json={"password": PASSWORD})
    assert erased.status_code == 202
    await stack.drain()
    assert [token.id for token in await stack.services.store.find(DEVICE_TOKENS.query())] == [kept["id"]]
    assert await stack.services.store.find(DEVICES.query(user=user.id)) == []


async def test_devices_that_are_gone_are_forgotten_unless_they_moved(stack: Stack, user: User) -> None:
    gone, moved, kept = [(await register(user, token))["id"] for token in ("gone", "moved", "kept")]
    other = await stack.sign_up()
    await register(other, "moved")

    async def work(tx: Transaction) -> None:
        tx.publish(DevicesGone(user=user.id, devices=(gone, moved)))

    await stack.services.store.transact(work)
    await stack.drain()
    assert (await list_ids(user), await list_ids(other)) == ([kept], [moved])
    left = {token.id: token.user for token in await stack.services.store.find(DEVICE_TOKENS.query())}
    assert left == {kept: user.id, moved: other.id}
