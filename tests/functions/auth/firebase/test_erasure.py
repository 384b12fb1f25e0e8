"""Erasure of an account of Firebase's."""

from functions.auth.devices.store import DEVICE_TOKENS
from functions.auth.firebase.store import FIREBASE_USERS
from functions.auth.users.store import USERS
from tests.functions.auth.firebase.identities import IdentityStub, build_user, log_in
from tests.stack import Stack, User

PROFILE = "/api/v1/accounts/profile/"


async def test_an_account_without_password_is_erased_by_a_fresh_token(
    stack: Stack, firebase: IdentityStub
) -> None:
    token = firebase.token("uid")
    user = build_user(stack, await log_in(stack, token))
    device = {"token": "t", "platform": "ios"}
    assert (await user.http.post("/api/v1/accounts/devices/", json=device)).status_code == 201
    erased = await user.http.request("DELETE", PROFILE, json={"id_token": token})
    assert erased.status_code == 202
    assert (await log_in(stack, token)).status_code == 401
    await stack.drain()
    store = stack.services.store
    counts = [
        store.count(USERS.query()),
        store.count(FIREBASE_USERS.query()),
        store.count(DEVICE_TOKENS.query()),
    ]
    assert [await count for count in counts] == [0, 0, 0]
    assert build_user(stack, await log_in(stack, token)).id != user.id


async def test_another_identity_proves_nothing(stack: Stack, firebase: IdentityStub) -> None:
    user = build_user(stack, await log_in(stack, firebase.token("mine", "user1@example.com")))
    await log_in(stack, firebase.token("other", "other@example.com"))
    for token in (firebase.token("other"), firebase.token("unknown"), "refused"):
        answer = await user.http.request("DELETE", PROFILE, json={"id_token": token})
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["id_token"])
    assert (await user.http.get(PROFILE)).status_code == 200


async def test_without_any_proof_the_password_is_missing(stack: Stack, user: User) -> None:
    answer = await user.http.request("DELETE", PROFILE, json={})
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["password"])
