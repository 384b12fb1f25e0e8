"""The folder alone: files, and a disk that can fail."""

import asyncio
from pathlib import Path

import pytest

from shared.clock import ManualClock
from shared.errors import ServiceUnavailable
from shared.objects.folder import FolderObjects


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


async def test_nothing_half_written_stays(folder: FolderObjects, tmp_path: Path) -> None:
    await folder.put("users/a", b"x", content_type="text/plain")
    assert [path.name for path in files(tmp_path)] == ["a"]


async def test_one_key_may_be_the_beginning_of_another(folder: FolderObjects) -> None:
    for key in ("a", "a/b", "a/b/c", "a@", "a%/.hidden"):
        await folder.put(key, key.encode(), content_type="text/plain")
    assert [info.key async for info in folder.list("")] == ["a", "a%/.hidden", "a/b", "a/b/c", "a@"]


async def test_a_deleted_object_leaves_no_folder(folder: FolderObjects, tmp_path: Path) -> None:
    for key in ("users/a/one", "users/a/two", "users/b/three"):
        await folder.put(key, b"x", content_type="text/plain")
    await folder.delete("users/a/one")
    assert await folder.get("users/a/two") == b"x"
    await folder.delete_prefix("users/a/")
    await folder.delete("users/a/two")
    assert names(tmp_path).isdisjoint({"a.", "one", "two"})
    assert await folder.get("users/b/three") == b"x"


async def test_what_is_put_while_its_neighbours_are_deleted_stays(folder: FolderObjects) -> None:
    async def replaced(number: int) -> None:
        await folder.put(f"users/a/{number}/x", b"x", content_type="text/plain")
        await folder.delete(f"users/a/{number}/x")

    await asyncio.gather(*(replaced(number) for number in range(30)))
    await asyncio.gather(*(folder.put(f"users/a/{n}", b"x", content_type="text/plain") for n in range(9)))
    assert len([info async for info in folder.list("users/a/")]) == 9


async def test_another_instance_finds_what_one_stored(
    folder: FolderObjects, tmp_path: Path, clock: ManualClock
) -> None:
    put = await folder.put("users/a", b"x", content_type="text/plain")
    other = FolderObjects(tmp_path / "objects", base_url="http://x", secret="t", clock=clock)
    assert await other.get_info("users/a") == put
    await other.aclose()


async def test_of_many_at_once_one_wins_whole(folder: FolderObjects) -> None:
    contents = [bytes([index]) * 10_000 for index in range(20)]
    await asyncio.gather(*(folder.put("users/a", content, content_type="text/plain") for content in contents))
    assert await folder.get("users/a") in contents


async def test_a_failing_disk_is_a_store_that_does_not_answer(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "objects").write_text("no folder")
    objects = FolderObjects(tmp_path / "objects", base_url="http://x", secret="t", clock=clock)
    with pytest.raises(ServiceUnavailable):
        await objects.put("users/a", b"x", content_type="text/plain")
    with pytest.raises(ServiceUnavailable):
        await objects.get_info("users/a")
