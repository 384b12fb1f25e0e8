"""Sign-in with Firebase: the first, later ones, and into an existing account."""

import asyncio
from pathlib import Path

import pytest

from functions.auth.firebase.store import FIREBASE_USERS
from functions.auth.users.store import USERS
from shared.identity.firebase import FirebaseIdentity
from tests.functions.auth.firebase.identities import LOGIN, IdentityStub, build_user, log_in
from tests.shared.identity.firebase_tokens import PROJECT, Google
from tests.stack import PASSWORD, Stack, User, running

PROFILE = "/api/v1/accounts/profile/"
PASSWORD_LOGIN = "/api/v1/accounts/login/"
PATHS = [LOGIN, "/api/v1/auth/login/firebase/"]


@pytest.mark.parametrize("path", PATHS)
async def test_the_first_time_makes_an_account(stack: Stack, firebase: IdentityStub, path: str) -> None:
    answer = await log_in(stack, firebase.token("uid", "ada@example.com"), path)
    assert answer.status_code == 200
    assert answer.json()["user"] | {"id": ""} == {
        "id": "",
        "username": "ada@example.com",
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "role": "student",
        "status": "active",
        "is_staff": False,
    }
    user = build_user(stack, answer)
    assert (await user.http.get(PROFILE)).json()["email"] == "ada@example.com"
    refreshed = await stack.http.post("/api/v1/accounts/token-refresh/", json={"refresh": user.refresh})
    assert refreshed.status_code == 200


async def test_the_second_time_finds_it_whatever_the_address_is_by_then(
    stack: Stack, firebase: IdentityStub
) -> None:
    first = await log_in(stack, firebase.token("uid", "ada@example.com"))
    for email in ("ada@example.com", "new@example.com", None):
        again = await log_in(stack, firebase.token("uid", email))
        assert again.json()["user"] == first.json()["user"]


async def test_without_an_address_the_user_name_is_made_up(stack: Stack, firebase: IdentityStub) -> None:
    answers = [await log_in(stack, firebase.token(uid)) for uid in ("one", "two", "one")]
    users = [build_user(stack, answer) for answer in answers]
    assert users[0].id == users[2].id != users[1].id
    assert users[0].username.startswith("user-")
    assert users[0].username != users[1].username
    assert answers[0].json()["user"]["email"] == ""
    assert (await users[0].http.get(PROFILE)).json()["email"] == ""


async def test_an_address_that_is_none_counts_as_none(stack: Stack, firebase: IdentityStub) -> None:
    answer = await log_in(stack, firebase.token("uid", "not an address"))
    assert answer.json()["user"]["email"] == ""


async def test_a_verified_address_joins_the_account_that_has_it(
    stack: Stack, user: User, firebase: IdentityStub
) -> None:
    joined = await log_in(stack, firebase.token("uid", "USER1@Example.com"))
    assert joined.json()["user"]["id"] == user.id
    later = await log_in(stack, firebase.token("uid"))
    assert later.json()["user"]["id"] == user.id


async def test_whoever_only_claimed_the_address_is_locked_out_by_whoever_proves_it(
    stack: Stack, user: User, firebase: IdentityStub
) -> None:
    await log_in(stack, firebase.token("uid", "user1@example.com"))
    assert (await user.http.get(PROFILE)).status_code == 401
    login = {"username": user.username, "password": PASSWORD}
    assert (await stack.http.post(PASSWORD_LOGIN, json=login)).status_code == 401


async def test_an_address_that_is_not_verified_joins_nothing(
    stack: Stack, user: User, firebase: IdentityStub
) -> None:
    refused = await log_in(stack, firebase.token("uid", "user1@example.com", verified=False))
    assert (refused.status_code, list(refused.json()["details"])) == (409, ["email"])
    assert await stack.services.store.count(FIREBASE_USERS.query()) == 0


async def test_an_address_that_only_reads_alike_joins_nothing(
    stack: Stack, user: User, firebase: IdentityStub
) -> None:
    alike = "\N{FULLWIDTH LATIN SMALL LETTER U}ser1@example.com"
    assert (await log_in(stack, firebase.token("uid", alike))).status_code == 409


async def test_an_address_that_is_somebody_elses_user_name_joins_nothing(
    stack: Stack, firebase: IdentityStub
) -> None:
    await stack.sign_up(username="ada@example.com", email="other@example.com")
    refused = await log_in(stack, firebase.token("uid", "ada@example.com"))
    assert (refused.status_code, list(refused.json()["details"])) == (409, ["email"])


async def test_an_address_that_was_taken_by_firebase_is_taken(stack: Stack, firebase: IdentityStub) -> None:
    await log_in(stack, firebase.token("uid", "ada@example.com", verified=False))
    body = {"username": "ada", "email": "Ada@example.com", "password": PASSWORD}
    assert (await stack.http.post("/api/v1/accounts/register/", json=body)).status_code == 409


async def test_two_first_times_at_once_make_one_account(stack: Stack, firebase: IdentityStub) -> None:
    tokens = [firebase.token("uid", "ada@example.com") for _ in range(5)]
    answers = await asyncio.gather(*(log_in(stack, token) for token in tokens))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["user"]["id"] for answer in answers}) == 1
    assert await stack.services.store.count(USERS.query()) == 1


async def test_no_password_opens_an_account_without_one(stack: Stack, firebase: IdentityStub) -> None:
    await log_in(stack, firebase.token("uid", "ada@example.com"))
    wrong = await stack.http.post(PASSWORD_LOGIN, json={"username": "nobody", "password": PASSWORD})
    for password in (PASSWORD, " "):
        login = {"username": "ada@example.com", "password": password}
        refused = await stack.http.post(PASSWORD_LOGIN, json=login)
        assert refused.status_code == 401
        assert refused.json()["error"] == wrong.json()["error"]


async def test_a_password_can_be_set_by_mail(stack: Stack, firebase: IdentityStub) -> None:
    await log_in(stack, firebase.token("uid", "ada@example.com"))
    await stack.http.post("/api/v1/accounts/password-reset/", json={"email": "ada@example.com"})
    await stack.drain()
    (mail,) = (stack.services.settings.data_dir / "mail").glob("*.eml")
    token = mail.read_text().partition("token=")[2].split()[0]
    body = {"token": token, "new_password": "another horse 8"}
    set_ = await stack.http.post("/api/v1/accounts/password-reset-confirm/", json=body)
    assert set_.status_code == 200
    login = {"username": "ada@example.com", "password": "another horse 8"}
    assert (await stack.http.post(PASSWORD_LOGIN, json=login)).status_code == 200


@pytest.mark.parametrize(("status", "expected"), [("suspended", 403), ("erasing", 401), ("pending", 200)])
async def test_the_state_of_the_account_decides(
    stack: Stack, user: User, firebase: IdentityStub, status: str, expected: int
) -> None:
    await stack.services.store.merge(USERS.doc(user.id), {"status": status})
    for _ in range(2):
        answer = await log_in(stack, firebase.token("uid", "user1@example.com"))
        assert answer.status_code == expected


async def test_a_token_that_is_refused_is_a_401(stack: Stack) -> None:
    answer = await log_in(stack, "who knows")
    assert (answer.status_code, answer.json()["error_code"]) == (401, "AUTHENTICATION_FAILED")


async def test_a_missing_token_is_named(stack: Stack) -> None:
    for body in ({}, {"id_token": ""}, {"id_token": None}):
        answer = await stack.http.post(LOGIN, json=body)
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["id_token"])


async def test_without_firebase_the_service_is_not_available(tmp_path: Path) -> None:
    async with running(tmp_path) as stack:
        answer = await log_in(stack, "token")
        assert (answer.status_code, answer.json()["error_code"]) == (503, "SERVICE_UNAVAILABLE")
        assert answer.headers["Retry-After"]


async def test_the_setting_alone_brings_firebase(tmp_path: Path) -> None:
    google = Google()
    async with running(tmp_path, firebase_project_id=PROJECT) as stack:
        identity = stack.services.identity
        assert isinstance(identity, FirebaseIdentity)
        google.trusted_by(identity)
        assert (await log_in(stack, google.token())).json()["user"]["email"] == "ada@example.com"
        assert (await log_in(stack, google.token(aud="another"))).status_code == 401
        google.broken = True
        unavailable = await log_in(stack, google.token())
        assert (unavailable.status_code, unavailable.json()["error_code"]) == (503, "SERVICE_UNAVAILABLE")
