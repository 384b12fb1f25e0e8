"""Refresh tokens: rotation, lost answers, reuse."""

import asyncio

import httpx
import pytest

from shared.identity import SESSIONS
from tests.stack import PASSWORD, Stack, User

REFRESH = "/api/v1/accounts/token-refresh/"
SESSIONS_PATH = "/api/v1/accounts/sessions/"
PATHS = [
    REFRESH,
    "/api/v1/accounts/token/refresh/",
    "/api/v1/accounts/auth/refresh/",
    "/api/v1/auth/refresh/",
    "/api/auth/refresh/",
    "/api/users/auth/refresh/",
]


async def refresh(stack: Stack, token: str) -> httpx.Response:
    return await stack.http.post(REFRESH, json={"refresh": token})


async def works(stack: Stack, access: str) -> bool:
    answer = await stack.http.get(SESSIONS_PATH, headers={"Authorization": f"Bearer {access}"})
    return answer.status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_every_path_gives_the_next_pair(stack: Stack, user: User, path: str) -> None:
    answer = await stack.http.post(path, json={"refresh": user.refresh})
    assert answer.status_code == 200
    assert answer.json()["refresh"] != user.refresh
    assert await works(stack, answer.json()["access"])


async def test_access_ends_after_thirty_minutes_and_is_refreshed(stack: Stack, user: User) -> None:
    await stack.advance(minutes=29, seconds=59)
    assert await works(stack, user.access)
    await stack.advance(seconds=1)
    assert not await works(stack, user.access)
    assert await works(stack, (await refresh(stack, user.refresh)).json()["access"])


async def test_after_a_lost_answer_the_same_token_gives_the_same_successor(stack: Stack, user: User) -> None:
    first = (await refresh(stack, user.refresh)).json()
    await stack.advance(seconds=10)
    again = (await refresh(stack, user.refresh)).json()
    assert again["refresh"] == first["refresh"]
    assert again["access"] != first["access"]


async def test_the_successor_is_given_again_however_old_the_session_is(stack: Stack, user: User) -> None:
    await stack.advance(days=3)
    first = (await refresh(stack, user.refresh)).json()
    await stack.advance(seconds=9)
    again = await refresh(stack, user.refresh)
    assert (again.status_code, again.json()["refresh"]) == (200, first["refresh"])


async def test_a_refresh_is_a_use_of_the_session(stack: Stack, user: User) -> None:
    login = {"username": user.username, "password": PASSWORD}
    await stack.advance(minutes=5)
    other = (await stack.http.post("/api/v1/accounts/login/", json=login)).json()
    await stack.advance(minutes=5)
    mine = (await refresh(stack, user.refresh)).json()
    headers = {"Authorization": f"Bearer {mine['access']}"}
    listed = (await stack.http.get(SESSIONS_PATH, headers=headers)).json()
    assert [each["current"] for each in listed] == [True, False]
    await stack.advance(minutes=5)
    await refresh(stack, other["refresh"])
    listed = (await stack.http.get(SESSIONS_PATH, headers=headers)).json()
    assert [each["current"] for each in listed] == [False, True]


async def test_at_once_and_in_parallel_there_is_one_successor(stack: Stack, user: User) -> None:
    answers = await asyncio.gather(*(refresh(stack, user.refresh) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh"] for answer in answers}) == 1


async def test_a_used_token_that_comes_late_ends_the_session(stack: Stack, user: User) -> None:
    successor = (await refresh(stack, user.refresh)).json()
    await stack.advance(seconds=10.001)
    late = await refresh(stack, user.refresh)
    assert late.status_code == 401
    assert late.json()["error_code"] == "SESSION_ENDED"
    assert not await works(stack, successor["access"])
    assert (await refresh(stack, successor["refresh"])).status_code == 401


async def test_a_token_older_than_the_last_ends_the_session_at_once(stack: Stack, user: User) -> None:
    second = (await refresh(stack, user.refresh)).json()
    third = (await refresh(stack, second["refresh"])).json()
    assert (await refresh(stack, user.refresh)).status_code == 401
    assert not await works(stack, third["access"])


async def test_each_refresh_gives_fourteen_days_more(stack: Stack, user: User) -> None:
    await stack.advance(days=13, hours=23)
    second = (await refresh(stack, user.refresh)).json()["refresh"]
    await stack.advance(days=13, hours=23)
    third = (await refresh(stack, second)).json()["refresh"]
    await stack.advance(days=14)
    assert (await refresh(stack, third)).status_code == 401


async def test_what_is_no_token_is_refused(stack: Stack) -> None:
    for token in ["", "nonsense", "a.b", "é.b", "x" * 1500]:
        assert (await refresh(stack, token)).status_code == (401 if token else 422)


@pytest.mark.parametrize("change", [{"status": "suspended"}, {"scope": "erasure"}])
async def test_a_barred_session_is_not_refreshed(stack: Stack, user: User, change: dict[str, str]) -> None:
    (session,) = await stack.services.store.find(SESSIONS.query(user=user.id))
    await stack.services.store.merge(SESSIONS.doc(session.id, user=user.id), change)
    assert (await refresh(stack, user.refresh)).status_code == 401
