"""Registration over HTTP."""

import asyncio
from typing import Any

import pytest

from functions.auth.users.store import USERS
from shared.identity import SESSIONS
from tests.stack import PASSWORD, Stack, running

PATHS = [
    "/api/v1/accounts/register/",
    "/api/v1/accounts/auth/register/",
    "/api/v1/auth/register/",
    "/api/auth/register/",
    "/api/users/auth/register/",
]
BODY: dict[str, Any] = {
    "username": "testuser",
    "email": "test@example.com",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "first_name": "John",
    "last_name": "Doe",
}


@pytest.mark.parametrize("path", PATHS)
async def test_every_path_makes_an_account_that_is_signed_in(stack: Stack, path: str) -> None:
    answer = await stack.http.post(path, json=BODY)
    assert answer.status_code == 201
    given = answer.json()
    assert given["user"]["role"] == "student"
    assert {name: given["user"][name] for name in BODY if "password" not in name} == {
        name: value for name, value in BODY.items() if "password" not in name
    }
    signed_in = stack.client(Authorization=f"Bearer {given['access']}")
    assert (await signed_in.get("/api/v1/accounts/sessions/")).status_code == 200


async def test_the_password_is_kept_as_argon2id(hashing_stack: Stack) -> None:
    user = await hashing_stack.sign_up()
    stored = await hashing_stack.services.store.get(USERS.doc(user.id))
    assert stored is not None
    assert stored.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_without_a_user_name_the_address_is_it(stack: Stack) -> None:
    body = {"email": "a.very.long.address.that.no.user.name.may.have@example.com", "password": PASSWORD}
    answer = await stack.http.post(PATHS[0], json=body)
    assert answer.json()["user"]["username"] == body["email"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": "TEST@Example.com"}, ["email"]),
        ({"username": "TestUser"}, ["username"]),
        ({"username": "ｔｅｓｔｕｓｅｒ"}, ["username"]),
        ({"email": "Test@example.com", "username": "TESTUSER"}, ["email", "username"]),
    ],
)
async def test_names_are_unique_without_regard_to_case(
    stack: Stack, changes: dict[str, str], fields: list[str]
) -> None:
    await stack.http.post(PATHS[0], json=BODY)
    fresh = {**BODY, "email": "second@example.com", "username": "second", **changes}
    answer = await stack.http.post(PATHS[0], json=fresh)
    assert answer.status_code == 409
    assert answer.json()["error_code"] == "CONFLICT"
    assert sorted(answer.json()["details"]) == fields


async def test_a_user_name_and_an_address_never_are_of_two_users(stack: Stack) -> None:
    await stack.sign_up(username="late@example.com", email="first@example.com")
    late = {**BODY, "email": "late@example.com"}
    assert (await stack.http.post(PATHS[0], json=late)).json()["details"].keys() == {"email"}
    early = {**BODY, "username": "first@example.com"}
    assert (await stack.http.post(PATHS[0], json=early)).json()["details"].keys() == {"username"}


@pytest.mark.slow
async def test_of_fifty_at_once_one_gets_the_address(stack: Stack) -> None:
    bodies = [{**BODY, "username": f"racer{number}"} for number in range(50)]
    answers = await asyncio.gather(*(stack.http.post(PATHS[0], json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    assert {tuple(a.json()["details"]) for a in answers if a.status_code == 409} == {("email",)}


WRONG: list[Any] = [
    ({"email": None}, "email"),
    ({"email": "not an address"}, "email"),
    ({"email": "Test <test@example.com>"}, "email"),
    ({"password": None}, "password"),
    ({"password": "short 7"}, "password"),
    ({"password": "x" * 129}, "password"),
    ({"password": "password123", "password_confirm": "password123"}, "password"),
    ({"password": "testuser2026", "password_confirm": "testuser2026"}, "password"),
    ({"password": "test@example.co", "password_confirm": "test@example.co"}, "password"),
    ({"password_confirm": "another horse 8"}, "password_confirm"),
    ({"username": "ab"}, "username"),
    ({"username": "a" * 51}, "username"),
    ({"username": "with space"}, "username"),
    ({"timezone": "Mars/Olympus"}, "timezone"),
    ({"role": "admin"}, "role"),
    ({"role": "child"}, "date_of_birth"),
    ({"role": "child", "age": 3}, "age"),
    ({"role": "child", "age": 7}, "age"),
    ({"role": "child", "date_of_birth": "2010-01-01"}, "date_of_birth"),
    ({"role": "child", "age": 5, "guardian_email": "nobody"}, "guardian_email"),
    ({"age": 5}, "age"),
    ({"is_staff": True}, "is_staff"),
]


async def test_what_is_wrong_is_named(stack: Stack) -> None:
    for changes, field in WRONG:
        body = {name: value for name, value in {**BODY, **changes}.items() if value is not None}
        answer = await stack.http.post(PATHS[0], json=body)
        assert answer.status_code == 422
        assert list(answer.json()["details"]) == [field]


CHILDREN: list[Any] = [
    ({"age": 4}, "KG1"),
    ({"age": 6}, "KG3"),
    ({"date_of_birth": "2021-03-02"}, "KG2"),
    ({"date_of_birth": "2021-03-03"}, "KG1"),
    ({"date_of_birth": "2021-03-02", "age": 4}, "KG2"),
]


async def test_children_are_put_in_the_class_of_their_age(stack: Stack) -> None:
    for fields, expected in CHILDREN:
        child = await stack.sign_up(role="child", guardian_email="parent@example.com", **fields)
        stored = await stack.services.store.get(USERS.doc(child.id))
        assert stored is not None
        assert stored.kg_class == expected
        assert stored.guardian_email == "parent@example.com"


@pytest.mark.parametrize(("asked", "status"), [(True, "pending"), (False, "active")])
async def test_a_teacher_waits_for_approval_when_that_is_asked_for(
    tmp_path: Any, asked: bool, status: str
) -> None:
    async with running(tmp_path, teachers_need_approval=asked) as stack:
        body = {**BODY, "role": "teacher"}
        answer = await stack.http.post(PATHS[0], json=body)
        assert answer.json()["user"]["status"] == status
        (session,) = await stack.services.store.find(SESSIONS.query(user=answer.json()["user"]["id"]))
        assert session.status == status, "sessions of the waiting have no role's rights"


async def test_a_repeated_registration_with_its_key_gives_the_first_answer(stack: Stack) -> None:
    key = {"Idempotency-Key": "once"}
    first = await stack.http.post(PATHS[0], json=BODY, headers=key)
    again = await stack.http.post(PATHS[0], json=BODY, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
