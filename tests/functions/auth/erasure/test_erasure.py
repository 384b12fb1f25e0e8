"""Erasure of an account: no trace of it is left."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.auth.erasure.service import erase_account
from functions.auth.users.names import hash_name
from functions.auth.users.store import EMAILS, USERS
from shared.errors import ServiceUnavailable
from shared.objects.names import UPLOADS
from shared.published.courses import DOCUMENT_SUMMARIES, CourseCreated, DocumentSummary
from shared.store import UnreadableDocument
from tests.functions.auth.activity.facts import build_fact, build_reviewed, publish
from tests.functions.auth.belongings import create_belongings, require_success
from tests.stack import PASSWORD, START, Stack, User

PROFILE = "/api/v1/accounts/profile/"
PATHS = [PROFILE, "/api/v1/users/profile/", "/api/users/profile/"]


def find_traces(folder: Path, needles: list[str]) -> Iterator[str]:
    """Find the needles in the data folder: in rows of every table, names and contents of files."""
    database = sqlite3.connect(folder / "store.sqlite3")
    for table in ("documents", "queue"):
        for stored in database.execute(f"SELECT * FROM {table}"):
            if any(needle in str(stored) for needle in needles):
                yield str(stored)[:300]
    database.close()
    for area in ("objects", "retrieval"):
        for path in (folder / area).rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            if any(needle in str(path) or needle.encode() in content for needle in needles):
                yield str(path)


async def erase(user: User, path: str = PROFILE, password: str = PASSWORD) -> Any:
    return await user.http.request("DELETE", path, json={"password": password})


async def test_nothing_is_left_of_somebody_who_had_everything(stack: Stack) -> None:
    user, other = await stack.sign_up(username="ada.lovelace"), await stack.sign_up()
    own = await create_belongings(stack, user)
    await create_belongings(stack, other)
    assert (await user.http.post("/api/v1/accounts/export/")).status_code == 202
    await stack.drain()
    folder = stack.services.settings.data_dir
    needles = [user.id, "ada.lovelace", own.course, own.document, own.flashcard, hash_name("ada.lovelace")]
    assert list(find_traces(folder, needles))
    assert (await erase(user)).status_code == 202
    await stack.drain()
    await stack.advance(days=1)  # scheduled reminders find nobody
    assert list(find_traces(folder, needles)) == []
    assert list(find_traces(folder, [other.id]))
    assert await stack.services.queue.list_dead_letters() == []


async def test_a_file_that_waits_for_its_confirmation_goes_too(stack: Stack, user: User) -> None:
    own = await create_belongings(stack, user)
    announced = {"name": "n", "file_name": "n.txt", "content_type": "text/plain", "file_size_bytes": 2}
    session = await require_success(
        user.http.post(
            f"/api/v1/courses/{own.course}/documents/upload_session/",
            json={**announced, "sha256": "0" * 64},
        )
    )
    put = await stack.http.request("PUT", session["url"], content=b"hi", headers=session["headers"])
    assert put.status_code == 200
    assert [info async for info in stack.services.objects.list(UPLOADS)]
    await erase(user)
    await stack.drain()
    assert [info async for info in stack.services.objects.list("")] == []


@pytest.mark.parametrize("path", PATHS)
async def test_every_path_erases(stack: Stack, user: User, path: str) -> None:
    answer = await erase(user, path)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    await stack.drain()
    assert await stack.services.store.get(USERS.doc(user.id)) is None


async def test_the_asking_session_may_only_watch_the_job(stack: Stack, user: User) -> None:
    login = {"username": user.username, "password": PASSWORD}
    other = (await stack.http.post("/api/v1/accounts/login/", json=login)).json()
    status_url = (await erase(user)).json()["status_url"]
    assert (await user.http.get(status_url)).json()["kind"] == "erasure"
    for method, path in (("GET", PROFILE), ("DELETE", PROFILE), ("POST", "/api/v1/accounts/export/")):
        assert (await user.http.request(method, path)).status_code == 401
    refreshed = await stack.http.post("/api/v1/accounts/token-refresh/", json={"refresh": user.refresh})
    assert refreshed.status_code == 401
    elsewhere = await stack.http.get(PROFILE, headers={"Authorization": f"Bearer {other['access']}"})
    assert elsewhere.status_code == 401
    assert (await stack.http.post("/api/v1/accounts/login/", json=login)).status_code == 401
    await stack.drain()
    assert (await user.http.get(status_url)).status_code == 401


async def test_a_wrong_password_erases_nothing(stack: Stack, user: User) -> None:
    for password, field in (("a wrong horse", "password"), ("", "password")):
        answer = await erase(user, password=password)
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field])
    await stack.drain()
    assert (await user.http.get(PROFILE)).status_code == 200


async def test_names_are_taken_until_the_end_and_free_after(stack: Stack, user: User) -> None:
    await erase(user)
    body = {"username": user.username, "email": f"{user.username}@example.com", "password": PASSWORD}
    assert (await stack.http.post("/api/v1/accounts/register/", json=body)).status_code == 409
    await stack.drain()
    assert (await stack.http.post("/api/v1/accounts/register/", json=body)).status_code == 201


class Crash(Exception):
    """A crash of the process."""


@pytest.mark.parametrize(
    ("part", "method"),
    [
        ("retrieval", "delete"),
        ("objects", "delete_prefix"),
        ("store", "erase"),
        ("store", "transact"),
    ],
)
@pytest.mark.parametrize("before", [True, False])
async def test_a_crash_anywhere_is_taken_up_again(
    stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch, part: str, method: str, before: bool
) -> None:
    own = await create_belongings(stack, user)
    await erase(user)
    target = getattr(stack.services, part)
    real = getattr(target, method)

    async def crashing(*args: Any, **kwargs: Any) -> Any:
        if not before:
            await real(*args, **kwargs)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(target, method, crashing)
        with pytest.raises(Crash):
            await erase_account(stack.services, user_id=user.id)
    await stack.drain()
    await stack.advance(days=1)
    needles = [user.id, own.document, f"{user.username}@example.com"]
    assert list(find_traces(stack.services.settings.data_dir, needles)) == []
    assert await stack.services.store.get(EMAILS.doc(hash_name(f"{user.username}@example.com"))) is None


async def test_an_account_waits_for_the_version_that_can_read_all_its_documents(
    stack: Stack, user: User
) -> None:
    own = await create_belongings(stack, user)
    await erase(user)
    ref, store = DOCUMENT_SUMMARIES.doc(own.document, user=user.id), stack.services.store
    await store.merge(ref, {"processing_status": "a state of a newer version"})
    with pytest.raises(UnreadableDocument):
        await erase_account(stack.services, user_id=user.id)
    await store.merge(ref, {"processing_status": "completed"})
    await stack.drain()
    await stack.advance(days=1)
    assert list(find_traces(stack.services.settings.data_dir, [user.id, own.document])) == []


async def test_while_retrieval_is_away_the_account_waits(
    stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_belongings(stack, user)
    await erase(user)

    async def away(_: str) -> None:
        raise ServiceUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(stack.services.retrieval, "delete", away)
        await stack.drain()
    assert await stack.services.store.get(USERS.doc(user.id)) is not None
    await stack.advance(minutes=1)
    assert await stack.services.store.get(USERS.doc(user.id)) is None


async def test_every_document_is_forgotten_by_retrieval_however_many(
    stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {f"d{number}" for number in range(201)}
    for document in ids:
        summary = DocumentSummary(
            id=document, course="c", name="n", document_type="notes", processing_status="completed",
            created_at=START,
        )  # fmt: skip
        await stack.services.store.put(DOCUMENT_SUMMARIES.doc(document, user=user.id), summary)
    forgotten: list[str] = []

    async def delete(document_id: str) -> None:
        forgotten.append(document_id)

    monkeypatch.setattr(stack.services.retrieval, "delete", delete)
    await erase(user)
    await stack.drain()
    assert sorted(forgotten) == sorted(ids)


async def test_a_name_that_was_taken_since_stays_with_its_new_owner(stack: Stack, user: User) -> None:
    await erase(user)
    ref = EMAILS.doc(hash_name(f"{user.username}@example.com"))
    await stack.services.store.merge(ref, {"user": "somebody-new"})
    await stack.drain()
    left = await stack.services.store.get(ref)
    assert left is not None
    assert left.user == "somebody-new"


async def test_the_task_erases_nobody_who_did_not_ask(stack: Stack, user: User) -> None:
    await erase_account(stack.services, user_id=user.id)
    assert (await user.http.get(PROFILE)).status_code == 200


async def test_events_that_come_after_do_no_harm(stack: Stack, user: User) -> None:
    await erase(user)
    await stack.drain()
    await publish(
        stack, build_reviewed(user, build_fact(START.date())), CourseCreated(user=user.id, course="c")
    )
    assert [path async for path, _ in stack.services.store.stream_subtree(f"users/{user.id}")] == []
