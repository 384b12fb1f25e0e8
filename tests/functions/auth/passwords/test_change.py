"""Change of the password."""

import asyncio
from typing import Any

from tests.stack import PASSWORD, Stack, User

CHANGE = "/api/v1/accounts/password-change/"
REFRESH = "/api/v1/accounts/token-refresh/"
NEW = "another horse 8"


async def test_all_other_sessions_end_and_this_one_goes_on(stack: Stack, user: User) -> None:
    login = {"username": user.username, "password": PASSWORD}
    other = (await stack.http.post("/api/v1/accounts/login/", json=login)).json()
    answer = await user.http.post(CHANGE, json={"old_password": PASSWORD, "new_password": NEW})
    assert answer.status_code == 200
    elsewhere = stack.client(Authorization=f"Bearer {other['access']}")
    assert (await elsewhere.get("/api/v1/accounts/sessions/")).status_code == 401
    here = stack.client(Authorization=f"Bearer {answer.json()['access']}")
    assert len((await here.get("/api/v1/accounts/sessions/")).json()) == 1
    refreshed = await stack.http.post(REFRESH, json={"refresh": answer.json()["refresh"]})
    assert refreshed.status_code == 200
    assert (await stack.http.post("/api/v1/accounts/login/", json=login)).status_code == 401


async def test_the_refresh_token_of_before_is_worth_nothing(stack: Stack, user: User) -> None:
    await user.http.post(CHANGE, json={"old_password": PASSWORD, "new_password": NEW})
    assert (await stack.http.post(REFRESH, json={"refresh": user.refresh})).status_code == 401


async def test_the_access_token_of_before_ends_at_once(stack: Stack, user: User) -> None:
    answer = await user.http.post(CHANGE, json={"old_password": PASSWORD, "new_password": NEW})
    assert (await user.http.get("/api/v1/accounts/profile/")).status_code == 401
    here = stack.client(Authorization=f"Bearer {answer.json()['access']}")
    assert (await here.get("/api/v1/accounts/profile/")).status_code == 200
    (session,) = (await here.get("/api/v1/accounts/sessions/")).json()
    assert session["current"]


async def test_a_right_password_beside_a_weak_new_one_is_no_guess(user: User) -> None:
    for _ in range(11):
        answer = await user.http.post(CHANGE, json={"old_password": PASSWORD, "new_password": "short"})
        assert answer.status_code == 422


WRONG: list[Any] = [
    ("a wrong horse", NEW, "old_password"),
    (PASSWORD, "password123", "new_password"),
    (PASSWORD, "short", "new_password"),
    (PASSWORD, "user1@example", "new_password"),
]


async def test_what_is_wrong_is_named(user: User) -> None:
    for old, new, field in WRONG:
        answer = await user.http.post(CHANGE, json={"old_password": old, "new_password": new})
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field])


async def test_whoever_has_only_the_access_token_cannot_guess(user: User) -> None:
    body = {"old_password": "a wrong horse", "new_password": NEW}
    answers = [(await user.http.post(CHANGE, json=body)).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


async def test_spaces_belong_to_the_password(stack: Stack, user: User) -> None:
    spaced = "  another horse 8 "
    await user.http.post(CHANGE, json={"old_password": PASSWORD, "new_password": spaced})
    for password, status in ((spaced.strip(), 401), (spaced, 200)):
        login = {"username": user.username, "password": password}
        assert (await stack.http.post("/api/v1/accounts/login/", json=login)).status_code == status


async def test_of_two_changes_at_once_one_holds(stack: Stack, user: User) -> None:
    bodies = [{"old_password": PASSWORD, "new_password": f"{NEW} {number}"} for number in range(2)]
    answers = await asyncio.gather(*(user.http.post(CHANGE, json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 401]
