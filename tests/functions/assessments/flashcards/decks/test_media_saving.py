"""Media of a package arrive once, whatever breaks off or is refused on the way."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from functions.assessments.flashcards.decks.models import MEDIA, media_prefix
from shared.clock import SystemClock
from shared.errors import ServiceUnavailable
from shared.objects import ObjectInfo
from shared.objects.folder import FolderObjects
from shared.usage import HOLDINGS
from tests.functions.assessments.flashcards.decks.files import PNG, Decks, card, collection, note, package
from tests.functions.assessments.learners import new_learner
from tests.stack import BASE_URL, running

_FILES = 450  # more than two batches


class _Unsteady(FolderObjects):
    """An object store that does not respond once, after so many files."""

    steady = _FILES - 20

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        self.steady -= "/media/" in key
        if self.steady == 0:
            raise ServiceUnavailable
        return await super().put(key, data, content_type=content_type)


@pytest.fixture
async def unsteady(tmp_path: Path) -> AsyncIterator[Decks]:
    objects = _Unsteady(tmp_path / "objects", base_url=BASE_URL, secret="s" * 32, clock=SystemClock())
    async with running(tmp_path, services={"objects": objects}) as stack:
        yield Decks(await new_learner(stack))


def _deck(media: dict[str, bytes]) -> bytes:
    return package(collection([note(1, "q", "a")], [card(1, 1)]), media=media)


async def _held(decks: Decks) -> tuple[int, int, int]:
    """Return the media, their objects, and the bytes that count as held."""
    services, user = decks.learner.stack.services, decks.learner.id
    media = await services.store.find(MEDIA.query(user=user))
    prefix = media_prefix(user, decks.learner.course)
    objects = [info async for info in services.objects.list(prefix)]
    held = await services.store.get(HOLDINGS.doc("total", user=user))
    return len(media), len(objects), held.storage_bytes if held else 0


async def test_media_that_broke_off_go_on_where_they_were(unsteady: Decks) -> None:
    media = {f"{number}.png": PNG + str(number).encode() for number in range(_FILES)}
    answer = await unsteady.send(_deck(media), Prefer="respond-async")
    await unsteady.learner.stack.advance(minutes=5)
    job: dict[str, Any] = (await unsteady.learner.http.get(answer.json()["status_url"])).json()
    result = job["result"]
    assert (job["status"], result["imported"], result["skipped"]) == ("completed", 1, 0)
    assert (result["media"], result["failed"]) == (_FILES, 0)
    assert await _held(unsteady) == (_FILES, _FILES, sum(map(len, media.values())))


async def test_what_finds_no_room_is_named_and_equal_files_keep_their_content(tmp_path: Path) -> None:
    limit = 2 * len(PNG) + 5
    async with running(tmp_path, quota_storage_bytes=limit) as stack:
        decks = Decks(await new_learner(stack))
        assert (await decks.bring(_deck({"one.png": PNG, "two.png": PNG})))["media"] == 2
        done = await decks.bring(_deck({"three.png": PNG, "other.png": PNG + b"x" * 9}))
        assert [each["error"].split(":")[0] for each in done["errors"]] == ["three.png", "other.png"]
        assert await _held(decks) == (2, 1, 2 * len(PNG))


async def test_a_file_beyond_the_limit_is_named(decks: Decks) -> None:
    done = await decks.bring(_deck({"film.png": PNG + b"\0" * 21 * 1024**2, "one.png": PNG}))
    assert (done["media"], done["failed"]) == (1, 1)
    assert done["errors"] == [
        {"row": 0, "error": "film.png: The file has more than 20 MB, the most for a picture, sound or film"}
    ]
