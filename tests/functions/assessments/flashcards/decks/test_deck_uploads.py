"""Decks that are sent directly to the object store, and imported by a job where they lie."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.assessments.flashcards.decks.models import DECK_UPLOADS
from shared.clock import SystemClock
from shared.objects.folder import FolderObjects
from shared.objects.names import UPLOADS
from tests.functions.assessments.flashcards.decks.files import PNG, Decks, card, collection, note, package
from tests.functions.assessments.learners import CARDS, new_learner
from tests.stack import BASE_URL, running

_NOTES = 600
_JSON = b'[{"question": "q", "answer": "a"}]'


class _WithoutDownloads(FolderObjects):
    """An object store of which nothing that lies below `uploads/` can be read as a whole."""

    async def get(self, key: str) -> bytes:
        assert not key.startswith(UPLOADS)
        return await super().get(key)

    async def stream(self, key: str, *, chunk_size: int = 262_144) -> AsyncIterator[bytes]:
        assert not key.startswith(UPLOADS)
        async for chunk in super().stream(key, chunk_size=chunk_size):
            yield chunk


def _deck(notes: int = _NOTES, files: int = 3) -> bytes:
    numbers = range(1, notes + 1)
    content = collection([note(n, f"q{n}", "a") for n in numbers], [card(n, n) for n in numbers])
    return package(content, media={f"{n}.png": PNG + bytes([n]) for n in range(files)})


async def _open(decks: Decks, content: bytes, name: str = "deck.apkg", **fields: Any) -> httpx.Response:
    body = {"course": decks.learner.course, "file_name": name, "file_size_bytes": len(content), **fields}
    return await decks.learner.http.post(f"{CARDS}import_session/", json=body)


async def _send(decks: Decks, content: bytes, name: str = "deck.apkg") -> dict[str, Any]:
    session: dict[str, Any] = (await _open(decks, content, name)).json()
    sent = await decks.learner.stack.http.request(
        session["method"], session["url"], content=content, headers=session["headers"]
    )
    assert sent.status_code == 200, sent.text
    return session


async def _complete(decks: Decks, session: dict[str, Any]) -> httpx.Response:
    return await decks.learner.http.post(session["complete_url"])


async def _wait(decks: Decks, queued: httpx.Response) -> dict[str, Any]:
    assert queued.status_code == 202, queued.text
    await decks.learner.stack.drain()
    job: dict[str, Any] = (await decks.learner.http.get(queued.json()["status_url"])).json()
    return job


async def _list_uploads(decks: Decks) -> list[str]:
    return [info.key async for info in decks.learner.stack.services.objects.list(UPLOADS)]


async def test_a_deck_is_imported_where_it_lies(tmp_path: Path) -> None:
    objects = _WithoutDownloads(tmp_path / "objects", base_url=BASE_URL, secret="s" * 32, clock=SystemClock())
    async with running(tmp_path, services={"objects": objects}) as stack:
        decks = Decks(await new_learner(stack))
        session = await _send(decks, _deck())
        job = await _wait(decks, await _complete(decks, session))
        assert (job["kind"], job["status"], job["progress_percentage"]) == ("deck.import", "completed", 100)
        result = job["result"]
        assert (result["imported"], result["media"], result["failed"]) == (_NOTES, 3, 0)
        assert await _list_uploads(decks) == []


async def test_an_upload_is_imported_once(decks: Decks) -> None:
    session = await _send(decks, _deck(5))
    answers = await asyncio.gather(_complete(decks, session), _complete(decks, session))
    assert answers[0].json()["job_id"] == answers[1].json()["job_id"]
    assert (await _wait(decks, answers[0]))["result"]["imported"] == 5
    again = await _complete(decks, session)
    assert (again.status_code, again.json()["status"]) == (202, "completed")
    assert len(await decks.cards()) == 5


async def test_a_long_import_goes_on_in_further_deliveries(tmp_path: Path) -> None:
    async with running(tmp_path, job_slice_seconds=1e-9) as stack:
        decks = Decks(await new_learner(stack))
        job = await _wait(decks, await _complete(decks, await _send(decks, _deck(files=2))))
        result = job["result"]
        assert (result["imported"], result["skipped"], result["media"]) == (_NOTES, 0, 2)
        assert len(await decks.cards()) == _NOTES
        assert await _list_uploads(decks) == []


@pytest.mark.parametrize(
    ("name", "content"), [("cards.json", _JSON), ("cards.csv", b"question,answer\r\nq,a")]
)
async def test_other_formats_come_this_way_too(decks: Decks, name: str, content: bytes) -> None:
    job = await _wait(decks, await _complete(decks, await _send(decks, content, name)))
    assert job["result"]["imported"] == 1


async def test_a_file_that_has_not_arrived_is_waited_for(decks: Decks) -> None:
    session = (await _open(decks, _deck(1))).json()
    answer = await _complete(decks, session)
    assert (answer.status_code, answer.json()["error_code"]) == (409, "CONFLICT")
    await decks.learner.stack.http.put(session["url"], content=_deck(1), headers=session["headers"])
    assert (await _complete(decks, session)).status_code == 202


async def test_what_is_no_deck_is_refused_and_another_may_be_sent(decks: Decks) -> None:
    session = await _send(decks, b"%PDF-1.7")
    assert (await _complete(decks, session)).status_code == 415


async def test_a_deck_has_a_largest_size(decks: Decks) -> None:
    answer = await _open(decks, b"", file_size_bytes=2 * 1024**3 + 1)
    assert (answer.status_code, answer.json()["error"]) == (
        413, "The file is too large; a deck has at most 2,048 MB"
    )  # fmt: skip
    assert (await _open(decks, b"", file_size_bytes=2 * 1024**3)).status_code == 201


async def test_a_table_has_a_largest_size_of_its_own(tmp_path: Path) -> None:
    async with running(tmp_path, upload_body_limit_bytes=2000) as stack:
        decks = Decks(await new_learner(stack))
        table = b"question,answer\r\n" + b"q,a\r\n" * 1000
        answer = await _complete(decks, await _send(decks, table, "cards.csv"))
        assert answer.status_code == 413
        assert "in parts" in answer.json()["error"]
        answer = await decks.send(_deck(1))
        assert answer.status_code == 413
        assert "import_session/" in answer.json()["error"]


async def test_an_upload_is_its_owners(decks: Decks) -> None:
    session = await _send(decks, _deck(1))
    other = await new_learner(decks.learner.stack)
    assert (await other.http.post(session["complete_url"])).status_code == 404
    assert (await _open(decks, b"x", course="none")).status_code == 404


async def test_an_upload_that_nobody_completes_is_purged(decks: Decks) -> None:
    session = await _send(decks, _deck(1))
    assert len(await _list_uploads(decks)) == 1
    await decks.learner.stack.advance(hours=2)
    assert await _list_uploads(decks) == []
    assert (await _complete(decks, session)).status_code == 404
    store = decks.learner.stack.services.store
    assert await store.find(DECK_UPLOADS.query(user=decks.learner.id)) == []


async def test_an_import_ends_with_its_course(decks: Decks) -> None:
    session = await _send(decks, _deck(5))
    queued = await _complete(decks, session)
    await decks.learner.delete_course(decks.learner.course)
    job = await _wait(decks, queued)
    assert (job["status"], job["result"]) == ("failed", None)
    assert await decks.cards() == []
    assert await _list_uploads(decks) == []
