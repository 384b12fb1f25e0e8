"""A disk that is full or read-only: 503 and a health check that says so, until it can be written again."""

import errno
import sqlite3
from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import Any

import httpx
import pytest

from tests.stack import Stack, User
from tests.whole.answers import flaw_of_refusal

COURSES = "/api/v1/courses/"


def fill(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def free(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 1000000")


def lock(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")


def unlock(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = OFF")


Change = Callable[[sqlite3.Connection], None]


async def create_courses(user: User) -> httpx.Response:
    """Create courses until one is refused: a full database has room left on its last pages."""
    for _ in range(50):
        body = {"name": "Botany", "description": "leaves " * 1000}
        answer = await user.http.post(COURSES, json=body)
        if answer.status_code != 201:
            return answer
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize(("break_disk", "mend_disk"), [(fill, free), (lock, unlock)])
async def test_what_cannot_be_written_is_503_until_it_can(
    stack: Stack, user: User, break_disk: Change, mend_disk: Change
) -> None:
    await user.http.post(COURSES, json={"name": "Zoology"})
    await stack.drain()
    await stack.services.database.run(break_disk)
    refused = await create_courses(user)
    assert (refused.status_code, flaw_of_refusal(refused)) == (503, None)
    assert refused.headers["Retry-After"] == "60"
    health = await stack.http.get("/api/health/")
    assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
    assert health.json()["checks"]["store"] == "unavailable"
    assert (await user.http.get(COURSES)).status_code == 200, "what is stored can still be read"
    await stack.services.database.run(mend_disk)
    assert (await user.http.post(COURSES, json={"name": "Botany"})).status_code == 201
    assert (await stack.http.get("/api/health/")).json()["status"] == "healthy"


async def test_the_probe_of_the_health_check_leaves_nothing(stack: Stack) -> None:
    await stack.http.get("/api/health/")
    rows = await stack.services.database.run(
        lambda db: db.execute("SELECT path FROM documents WHERE path LIKE '%probe%'").fetchall()
    )
    assert rows == []


async def test_an_upload_that_finds_no_room_for_its_file_is_503(
    stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = (await user.http.post(COURSES, json={"name": "Botany"})).json()["id"]

    def no_room(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SpooledTemporaryFile, "write", no_room)
    answer = await user.http.post(
        f"{COURSES}{course}/documents/upload/", files={"file": ("a.txt", b"leaves", "text/plain")}
    )
    assert (answer.status_code, flaw_of_refusal(answer)) == (503, None)
