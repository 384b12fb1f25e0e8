"""Tickets: one address, once, within a minute, with the rights of the session."""

import logging
from typing import Any

import pytest

from tests.stack import Stack, User

TICKETS = "/api/v1/accounts/stream-tickets/"
EVENTS = {"Accept": "text/event-stream"}


async def queue_export(user: User) -> str:
    """Return the path of a job to watch."""
    url = (await user.http.post("/api/v1/accounts/export/")).json()["status_url"]
    return str(url).removeprefix("http://stack.test")


async def get_ticket(user: User, path: str) -> dict[str, Any]:
    answer = await user.http.post(TICKETS, json={"path": path})
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


@pytest.fixture
async def path(stack: Stack, user: User) -> str:
    found = await queue_export(user)
    await stack.drain()
    return found


async def test_a_ticket_opens_its_stream_once(stack: Stack, user: User, path: str) -> None:
    given = await get_ticket(user, path)
    assert given["url"] == f"http://stack.test{path}?ticket={given['ticket']}"
    first = await stack.http.get(given["url"], headers=EVENTS)
    assert first.status_code == 200
    assert "event: completed" in first.text
    again = await stack.http.get(given["url"], headers=EVENTS)
    assert (again.status_code, again.json()["error_code"]) == (401, "AUTHENTICATION_FAILED")


async def test_a_ticket_may_be_asked_for_by_the_whole_address(stack: Stack, user: User, path: str) -> None:
    given = await get_ticket(user, f"http://stack.test{path.rstrip('/')}")
    assert (await stack.http.get(given["url"], headers=EVENTS)).status_code == 200


async def test_a_ticket_opens_nothing_else_and_not_for_long(stack: Stack, user: User, path: str) -> None:
    ticket = (await get_ticket(user, path))["ticket"]
    other = await queue_export(user)
    for target, method in ((other, "GET"), ("/api/v1/jobs/", "GET"), (path, "POST")):
        answer = await stack.http.request(method, target, params={"ticket": ticket}, headers=EVENTS)
        assert answer.status_code in (401, 405), target
    bearer = {"Authorization": f"Bearer {ticket}"}
    assert (await stack.http.get(path, headers=bearer)).status_code == 401
    await stack.advance(seconds=60)
    late = await stack.http.get(path, params={"ticket": ticket}, headers=EVENTS)
    assert late.status_code == 401


async def test_a_ticket_ends_with_its_session(stack: Stack, user: User, path: str) -> None:
    given = await get_ticket(user, path)
    await user.http.post("/api/v1/accounts/logout/")
    answer = await stack.http.get(given["url"], headers=EVENTS)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "SESSION_ENDED")


async def test_a_ticket_of_another_user_opens_nothing_of_ones_own(
    stack: Stack, user: User, path: str
) -> None:
    other = await stack.sign_up()
    given = await get_ticket(other, path)
    assert (await stack.http.get(given["url"], headers=EVENTS)).status_code == 404


async def test_a_ticket_stands_in_no_log(
    stack: Stack, user: User, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="aksio")
    given = await get_ticket(user, path)
    assert (await stack.http.get(given["url"], headers=EVENTS)).status_code == 200
    own = [record for record in caplog.records if record.name.startswith("aksio")]
    assert own
    assert not [record for record in own if given["ticket"] in f"{record.getMessage()} {record.__dict__}"]


@pytest.mark.parametrize(
    "path", ["", "jobs", "https://example.com/", "//x", "javascript:alert(1)", "http://["]
)
async def test_what_is_no_address_of_ours_gets_no_ticket(user: User, path: str) -> None:
    answer = await user.http.post(TICKETS, json={"path": path})
    assert (answer.status_code, answer.json()["details_codes"]) == (422, {"path": ["invalid_address"]})


async def test_a_ticket_is_no_parameter_where_there_is_no_stream(user: User) -> None:
    answer = await user.http.get("/api/v1/courses/", params={"ticket": "x"})
    assert answer.json()["details_codes"] == {"ticket": ["unknown_parameter"]}
