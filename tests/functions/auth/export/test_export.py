"""Exports, from the request to the archive."""

import asyncio
import io
import json
from typing import Any
from zipfile import ZipFile

import pytest

from functions.auth.export.rules import build_row, choose_file, clean_name
from functions.auth.export.service import make_export
from functions.auth.users.store import USERS
from shared.errors import ServiceUnavailable
from shared.jobs import JOBS
from shared.objects import ObjectNotFound
from shared.objects.names import EXPORTS, list_user_prefixes
from tests.functions.auth.belongings import NOTES, PNG, create_belongings, require_success
from tests.stack import Stack, User

EXPORT = "/api/v1/accounts/export/"


async def run_export(stack: Stack, user: User) -> tuple[dict[str, Any], ZipFile]:
    """Run an export; return the job's result and the archive behind its link."""
    accepted = await user.http.post(EXPORT)
    assert (accepted.status_code, accepted.json()["status"]) == (202, "queued")
    await stack.drain()
    job = await require_success(user.http.get(accepted.json()["status_url"]))
    assert (job["kind"], job["status"], job["progress_percentage"]) == ("export", "completed", 100)
    answer = await stack.http.get(job["result"]["url"])
    assert answer.status_code == 200
    assert len(answer.content) == job["result"]["size_bytes"]
    return job["result"], ZipFile(io.BytesIO(answer.content))


async def test_everything_is_in_the_archive(stack: Stack, user: User) -> None:
    own = await create_belongings(stack, user)
    result, archive = await run_export(stack, user)
    assert result["expires_at"] == "2026-03-03T12:00:00.000Z"
    assert archive.testzip() is None
    lists = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert lists["account.json"][0]["email"] == f"{user.username}@example.com"
    assert [course["path"] for course in lists["courses.json"]] == [f"courses/{own.course}"]
    assert lists["flashcards.json"][0]["question"] == "2 + 2?"
    assert {"activity.json", "days.json", "documents.json", "feedback.json", "jobs.json", "preferences.json",
            "reviews.json", "sessions.json"} <= set(lists)  # fmt: skip
    contents = [archive.read(name) for name in archive.namelist() if name.startswith("documents/")]
    assert NOTES in contents
    assert [archive.read(name) for name in archive.namelist() if name.startswith("feedback/")] == [PNG]
    assert "everything" in archive.read("README.txt").decode()


async def test_no_secret_is_in_the_archive(stack: Stack, user: User) -> None:
    await create_belongings(stack, user)
    stored = await stack.services.store.get(USERS.doc(user.id))
    assert stored is not None
    _, archive = await run_export(stack, user)
    whole = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (stored.password_hash, user.refresh, user.access):
        assert secret.encode() not in whole


async def test_nothing_of_others_is_in_the_archive(stack: Stack, user: User) -> None:
    other = await stack.sign_up(username="somebody.else")
    await create_belongings(stack, other)
    _, archive = await run_export(stack, user)
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert other.id.encode() not in whole
    assert b"somebody.else" not in whole


async def test_while_one_is_made_there_is_no_second(stack: Stack, user: User) -> None:
    answers = await asyncio.gather(*(user.http.post(EXPORT) for _ in range(5)))
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    await stack.drain()
    assert (await user.http.post(EXPORT)).json()["job_id"] != answers[0].json()["job_id"]


async def test_a_new_archive_takes_the_place_of_the_old(stack: Stack, user: User) -> None:
    first, _ = await run_export(stack, user)
    await stack.advance(minutes=1)
    second, archive = await run_export(stack, user)
    assert (await stack.http.get(first["url"])).status_code == 404
    assert not [name for name in archive.namelist() if "exports" in name]
    assert second["url"] != first["url"]


async def test_archives_lie_where_the_bucket_clears_up(stack: Stack, user: User) -> None:
    await run_export(stack, user)
    (info,) = [info async for info in stack.services.objects.list(EXPORTS)]
    assert info.key.startswith(f"exports/users/{user.id}/")


async def test_an_archive_of_an_earlier_release_is_replaced_too(stack: Stack, user: User) -> None:
    old = f"users/{user.id}/exports/of-before.zip"
    await stack.services.objects.put(old, b"PK", content_type="application/zip")
    _, archive = await run_export(stack, user)
    assert not [name for name in archive.namelist() if "exports" in name]
    assert await stack.services.objects.get_info(old) is None


async def test_the_link_works_for_a_day(stack: Stack, user: User) -> None:
    result, _ = await run_export(stack, user)
    await stack.advance(hours=24, seconds=1)
    assert (await stack.http.get(result["url"])).status_code >= 400


async def test_an_attempt_that_broke_off_is_made_again(
    stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = (await user.http.post(EXPORT)).json()
    real, failing = stack.services.objects.sign_download, [True]

    async def sign_download(*args: Any, **kwargs: Any) -> str:
        if failing.pop():
            raise ServiceUnavailable
        return await real(*args, **kwargs)

    monkeypatch.setattr(stack.services.objects, "sign_download", sign_download)
    failing.insert(0, False)
    await stack.drain()
    assert (await require_success(user.http.get(accepted["status_url"])))["status"] == "running"
    await stack.advance(seconds=5)
    assert (await require_success(user.http.get(accepted["status_url"])))["status"] == "completed"


async def test_a_repeated_delivery_does_nothing_more(stack: Stack, user: User) -> None:
    result, _ = await run_export(stack, user)
    (job,) = await stack.services.store.find(JOBS.query(user=user.id).where("kind", "==", "export"))
    await stack.advance(minutes=1)
    await make_export(stack.services, user_id=user.id, job_id=job.id)
    assert await stack.services.store.get(JOBS.doc(job.id, user=user.id)) == job
    assert (await stack.http.get(result["url"])).status_code == 200


async def test_for_an_account_that_goes_away_meanwhile_nothing_is_left(
    stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await user.http.post(EXPORT)
    real = stack.services.objects.put

    async def put(key: str, *args: Any, **kwargs: Any) -> Any:
        info = await real(key, *args, **kwargs)
        await stack.services.store.merge(USERS.doc(user.id), {"status": "erasing"})
        return info

    monkeypatch.setattr(stack.services.objects, "put", put)
    await stack.drain()
    (job,) = await stack.services.store.find(JOBS.query(user=user.id).where("kind", "==", "export"))
    with pytest.raises(ObjectNotFound):
        await stack.services.objects.get(f"exports/users/{user.id}/{job.id}.zip")
    await make_export(stack.services, user_id=user.id, job_id=job.id)
    for prefix in list_user_prefixes(user.id):
        assert [info async for info in stack.services.objects.list(prefix)] == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "account.json"),
        ("courses/c1", "courses.json"),
        ("courses/c1/sections/s1", "courses.sections.json"),
        ("idempotency/abc", None),
    ],
)
def test_each_kind_has_its_file(path: str, expected: str | None) -> None:
    assert choose_file(path) == expected


def test_a_row_tells_its_place_and_no_secret() -> None:
    assert build_row("webhooks/w", {"url": "u", "secret": "s"}) == {"path": "webhooks/w", "url": "u"}
    assert build_row("", {"email": "e", "password_hash": "h"}) == {"email": "e"}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("documents/d1/my notes (2).pdf", "documents/d1/my notes (2).pdf"),
        ("documents/d1/Größe.pdf", "documents/d1/Größe.pdf"),
        ('documents/d1/a:b*c?"<>|.pdf', "documents/d1/a_b_c_____.pdf"),
        ("documents/../../etc/passwd", "documents/_/_/etc/passwd"),
        ("documents//.hidden", "documents/_/hidden"),
        (f"documents/{'x' * 200}.pdf", f"documents/{'x' * 116}.pdf"),
    ],
)
def test_names_in_the_archive_are_harmless_everywhere(key: str, expected: str) -> None:
    assert clean_name(key) == expected
