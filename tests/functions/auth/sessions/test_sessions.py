"""Sign-out, and the list of sessions."""

import asyncio
from typing import Any

import pytest

from tests.stack import PASSWORD, Stack, User

LOGOUT = "/api/v1/accounts/logout/"
LIST = "/api/v1/accounts/sessions/"
PATHS = [
    LOGOUT,
    "/api/v1/accounts/auth/logout/",
    "/api/v1/auth/logout/",
    "/api/auth/logout/",
    "/api/users/auth/logout/",
]


async def sign_in_again(stack: Stack, user: User, agent: str = "Browser/1") -> dict[str, Any]:
    """Open a second session of the user."""
    answer = await stack.http.post(
        "/api/v1/accounts/login/",
        json={"username": user.username, "password": PASSWORD},
        headers={"User-Agent": agent},
    )
    given: dict[str, Any] = answer.json()
    return given


async def works(stack: Stack, access: str) -> bool:
    answer = await stack.http.get(LIST, headers={"Authorization": f"Bearer {access}"})
    return answer.status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_without_a_body_the_own_session_ends(stack: Stack, user: User, path: str) -> None:
    other = await sign_in_again(stack, user)
    assert (await user.http.post(path)).status_code == 204
    assert not await works(stack, user.access)
    assert await works(stack, other["access"])
    refreshed = await stack.http.post("/api/v1/accounts/token-refresh/", json={"refresh": user.refresh})
    assert refreshed.status_code == 401


async def test_with_a_refresh_token_its_session_ends(stack: Stack, user: User) -> None:
    other = await sign_in_again(stack, user)
    assert (await user.http.post(LOGOUT, json={"refresh": other["refresh"]})).status_code == 204
    assert await works(stack, user.access)
    assert not await works(stack, other["access"])


async def test_all_ends_every_session(stack: Stack, user: User) -> None:
    other = await sign_in_again(stack, user)
    answer = await user.http.post(LOGOUT, json={"refresh": user.refresh, "all": True})
    assert answer.status_code == 204
    assert not await works(stack, user.access)
    assert not await works(stack, other["access"])


async def test_nobody_ends_anothers_session(stack: Stack, user: User) -> None:
    other = await stack.sign_up()
    for token in (other.refresh, "nonsense"):
        answer = await user.http.post(LOGOUT, json={"refresh": token})
        assert answer.status_code == 422
        assert list(answer.json()["details"]) == ["refresh"]
    assert await works(stack, other.access)


async def test_the_list_shows_where_and_marks_the_caller(stack: Stack, user: User) -> None:
    await stack.advance(minutes=5)
    await sign_in_again(stack, user, agent="Phone/2")
    first, second = (await user.http.get(LIST)).json()
    assert (first["user_agent"], first["current"]) == ("Phone/2", False)
    assert (second["current"], second["created_at"]) == (True, "2026-03-02T12:00:00.000Z")


async def test_the_list_shows_no_control_characters_and_no_endless_names(stack: Stack, user: User) -> None:
    await stack.advance(minutes=5)
    await sign_in_again(stack, user, agent="Phone\x1b[2J/2\x7f" + "x" * 500)
    (shown, _) = (await user.http.get(LIST)).json()
    assert shown["user_agent"] == ("Phone[2J/2" + "x" * 500)[:300]


async def test_a_session_is_ended_by_its_id(stack: Stack, user: User) -> None:
    other, stranger = await sign_in_again(stack, user), await stack.sign_up()
    listed = (await user.http.get(LIST)).json()
    session_id = next(each["id"] for each in listed if not each["current"])
    assert (await stranger.http.delete(f"{LIST}{session_id}/")).status_code == 404
    assert (await user.http.delete(f"{LIST}{session_id}/")).status_code == 204
    assert (await user.http.delete(f"{LIST}{session_id}/")).status_code == 404
    assert not await works(stack, other["access"])


async def test_sessions_that_expired_are_not_shown(stack: Stack, user: User) -> None:
    await stack.advance(days=13)
    other = await sign_in_again(stack, user)
    await stack.advance(days=1)
    renewed = await stack.http.post("/api/v1/accounts/token-refresh/", json={"refresh": other["refresh"]})
    listed = await stack.http.get(LIST, headers={"Authorization": f"Bearer {renewed.json()['access']}"})
    assert [each["current"] for each in listed.json()] == [True]


async def test_logging_out_twice_at_once_is_no_error(stack: Stack, user: User) -> None:
    answers = await asyncio.gather(*(user.http.post(LOGOUT) for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {204, 401}
