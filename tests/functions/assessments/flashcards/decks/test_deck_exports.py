"""Exports that begin at once, and exports as a job with a link."""

import io
import json
import zipfile
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from functions.assessments.flashcards.decks.exporting import Exported, export_deck
from shared.objects.names import EXPORTS
from shared.store import Meter, use_meter
from tests.functions.assessments.flashcards.decks.files import PNG, Decks, card, collection, note, package
from tests.functions.assessments.learners import CARDS


def _deck() -> bytes:
    numbers = range(1, 121)
    content = collection([note(n, f"q{n}", "a") for n in numbers], [card(n, n) for n in numbers])
    return package(content, media={"d.png": PNG, "e.png": PNG})


_EITHER_WAY = ({("0", "d.png"), ("1", "e.png")}, {("1", "d.png"), ("0", "e.png")})


async def _wait(decks: Decks, queued: httpx.Response) -> dict[str, Any]:
    assert queued.status_code == 202, queued.text
    await decks.learner.stack.drain()
    job: dict[str, Any] = (await decks.learner.http.get(queued.json()["status_url"])).json()
    return job


async def _list_exports(decks: Decks) -> list[str]:
    return [info.key async for info in decks.learner.stack.services.objects.list(EXPORTS)]


@pytest.mark.parametrize("kind", ["apkg", "csv", "json"])
async def test_the_first_bytes_wait_for_no_card(decks: Decks, kind: Exported) -> None:
    await decks.bring(_deck())
    services, user = decks.learner.stack.services, decks.learner.id
    with use_meter(Meter()) as spent:
        parts = export_deck(services, kind, user_id=user, course=None, zone=ZoneInfo("UTC"))
        assert await anext(parts)
        assert spent.reads == 0
        await parts.aclose()


async def test_media_are_sent_as_they_are_before_the_collection(decks: Decks) -> None:
    await decks.bring(_deck())
    with zipfile.ZipFile(io.BytesIO(await decks.take())) as archive:
        assert archive.namelist() == ["meta", "0", "1", "collection.anki2", "media"]
        assert archive.getinfo("0").compress_type == zipfile.ZIP_STORED
        assert set(json.loads(archive.read("media")).items()) in _EITHER_WAY
        assert archive.read("1") == PNG


@pytest.mark.parametrize("kind", ["apkg", "csv", "json"])
async def test_an_export_as_a_job_has_a_link_for_a_day(decks: Decks, kind: Exported) -> None:
    await decks.bring(_deck())
    body = {"course": decks.learner.course, "format": kind}
    job = await _wait(decks, await decks.learner.http.post(f"{CARDS}export/", json=body))
    assert (job["kind"], job["status"]) == ("deck.export", "completed")
    result = job["result"]
    assert result["expires_at"] == "2026-03-03T12:00:00.000Z"
    file = await decks.learner.stack.http.get(result["url"])
    assert len(file.content) == result["size_bytes"]
    assert f'filename="flashcards-2026-03-02.{kind}"' in file.headers["Content-Disposition"]
    course = await decks.learner.new_course()
    done = await decks.bring(file.content, f"deck.{kind}", course=course)
    assert (done["imported"], done["failed"]) == (120, 0)


async def test_a_get_may_prefer_a_job(decks: Decks) -> None:
    await decks.bring(_deck())

    async def ask() -> httpx.Response:
        params = {"course": decks.learner.course}
        headers = {"Prefer": "respond-async"}
        return await decks.learner.http.get(f"{CARDS}export/", params=params, headers=headers)

    queued, again = await ask(), await ask()
    assert queued.headers["Location"] == queued.json()["status_url"]
    assert queued.json()["job_id"] == again.json()["job_id"]
    assert (await _wait(decks, queued))["status"] == "completed"
    other = await ask()
    assert other.json()["job_id"] != queued.json()["job_id"]
    await _wait(decks, other)
    assert len(await _list_exports(decks)) == 1


async def test_an_export_of_no_course_is_not_queued(decks: Decks) -> None:
    answer = await decks.learner.http.post(f"{CARDS}export/", json={"course": "none"})
    assert answer.status_code == 404


async def test_a_deleted_course_leaves_no_export(decks: Decks) -> None:
    await decks.bring(_deck())
    body = {"course": decks.learner.course}
    job = await _wait(decks, await decks.learner.http.post(f"{CARDS}export/", json=body))
    assert (await decks.learner.stack.http.get(job["result"]["url"])).status_code == 200
    queued = await decks.learner.http.post(f"{CARDS}export/", json=body)
    await decks.learner.delete_course(decks.learner.course)
    assert (await _wait(decks, queued))["status"] == "failed"
    await decks.learner.stack.advance(minutes=5)
    assert await _list_exports(decks) == []
