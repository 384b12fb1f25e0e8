"""Contract of object stores, over the folder and over a bucket."""

import asyncio
import io
import random
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from shared.clock import ManualClock
from shared.objects import ObjectNotFound, Objects
from shared.objects.reading import BLOCK_BYTES

HOUR = timedelta(hours=1)
KEY = "users/u1/documents/d1/Über uns (1).pdf"


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        await asyncio.sleep(0)
        yield part


async def keys(objects: Objects, prefix: str) -> list[str]:
    return [info.key async for info in objects.list(prefix)]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b'{"a": 1}\n\x00\xff' * 1000])
async def test_what_is_put_is_what_one_gets(objects: Objects, content: bytes) -> None:
    put = await objects.put(KEY, content, content_type="application/pdf")
    assert (put.key, put.size, put.content_type) == (KEY, len(content), "application/pdf")
    assert await objects.get(KEY) == content
    assert b"".join([chunk async for chunk in objects.stream(KEY)]) == content
    info = await objects.get_info(KEY)
    assert info is not None
    assert (info.key, info.size, info.content_type) == (KEY, len(content), "application/pdf")
    assert info.updated_at.utcoffset() == timedelta(0)


async def test_a_stream_is_stored_whole(objects: Objects) -> None:
    content = [bytes([index]) * 100_000 for index in range(100)]
    put = await objects.put(KEY, chunks(*content), content_type="text/plain; charset=utf-8")
    assert put.size == 10_000_000
    assert await objects.get(KEY) == b"".join(content)


async def test_a_stream_comes_in_pieces_of_the_asked_size(objects: Objects) -> None:
    await objects.put(KEY, b"abcdefgh", content_type="text/plain")
    assert [chunk async for chunk in objects.stream(KEY, chunk_size=3)] == [b"abc", b"def", b"gh"]


async def test_a_stream_that_breaks_leaves_what_was_there(objects: Objects) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("the sender went away")

    await objects.put(KEY, b"before", content_type="text/plain")
    with pytest.raises(RuntimeError, match="went away"):
        await objects.put(KEY, broken(), content_type="text/html")
    assert await objects.get(KEY) == b"before"
    with pytest.raises(RuntimeError, match="went away"):
        await objects.put("users/u1/new", broken(), content_type="text/html")
    assert await objects.get_info("users/u1/new") is None


async def _repeat(block: bytes, times: int, *, breaks: bool = False) -> AsyncIterator[bytes]:
    for _ in range(times):
        yield block
    if breaks:
        raise RuntimeError("the client went away")


@pytest.mark.parametrize("times", [16, 17])  # of half a part of a bucket's upload
async def test_a_stream_of_many_parts_is_stored_whole_or_not_at_all(objects: Objects, times: int) -> None:
    block = bytes(range(256)) * 4096
    stored = await objects.put(KEY, _repeat(block, times), content_type="video/mp4")
    assert (stored.key, stored.size, stored.content_type) == (KEY, times * len(block), "video/mp4")
    with pytest.raises(RuntimeError):
        await objects.put(KEY, _repeat(b"x" * len(block), times, breaks=True), content_type="text/plain")
    assert await objects.get(KEY) == block * times


async def test_an_open_object_is_read_where_it_is_asked_for(objects: Objects) -> None:
    content = random.Random(1).randbytes(3 * BLOCK_BYTES + 5)
    await objects.put(KEY, content, content_type="application/zip")
    file = await objects.open(KEY)

    def read() -> None:
        for start, size in ((len(content) - 9, 20), (0, 4), (4, 4), (BLOCK_BYTES - 2, 4), (len(content), 1)):
            assert file.seek(start) == start
            assert file.read(size) == content[start : start + size]
        assert file.seek(-3, 2) == len(content) - 3
        assert file.read() == content[-3:]
        file.seek(0)
        assert file.read() == content
        file.close()

    await asyncio.to_thread(read)


async def test_an_open_object_is_an_archive(objects: Objects) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(50):
            archive.writestr(str(number), str(number) * 1000)
    await objects.put(KEY, packed.getvalue(), content_type="application/zip")
    file = await objects.open(KEY)

    def read() -> str:
        with file, zipfile.ZipFile(file) as archive:
            return archive.read("31").decode()

    assert await asyncio.to_thread(read) == "31" * 1000


async def test_nothing_is_opened_that_is_missing(objects: Objects) -> None:
    with pytest.raises(ObjectNotFound):
        await objects.open(KEY)


async def test_putting_again_replaces_content_and_type(objects: Objects) -> None:
    await objects.put(KEY, b"a long first version", content_type="text/plain")
    await objects.put(KEY, b"second", content_type="text/html")
    info = await objects.get_info(KEY)
    assert info is not None
    assert (info.size, info.content_type) == (6, "text/html")
    assert await objects.get(KEY) == b"second"


async def test_what_is_missing_is_missing(objects: Objects) -> None:
    assert await objects.get_info(KEY) is None
    with pytest.raises(ObjectNotFound):
        await objects.get(KEY)
    with pytest.raises(ObjectNotFound):
        await anext(aiter(objects.stream(KEY)))
    with pytest.raises(ObjectNotFound):
        await objects.copy(KEY, "users/u1/copy")


async def test_deleting_is_idempotent(objects: Objects) -> None:
    await objects.put(KEY, b"x", content_type="text/plain")
    await objects.delete(KEY)
    await objects.delete(KEY)
    assert await objects.get_info(KEY) is None


async def test_a_copy_has_content_and_type_and_outlives_its_source(objects: Objects) -> None:
    await objects.put(KEY, b"content", content_type="application/pdf")
    copied = await objects.copy(KEY, "users/u1/copy")
    await objects.delete(KEY)
    assert (copied.key, copied.size, copied.content_type) == ("users/u1/copy", 7, "application/pdf")
    assert await objects.get("users/u1/copy") == b"content"


async def test_a_listing_is_in_the_order_of_keys_and_tells_sizes_but_no_types(objects: Objects) -> None:
    names = ["users/a/2", "users/a/10", "users/a", "users/a/1/x", "users/ab/1", "users/ä/1"]
    for name in names:
        await objects.put(name, name.encode(), content_type="text/plain")
    assert await keys(objects, "users/") == sorted(names, key=str.encode)
    assert await keys(objects, "users/a/") == ["users/a/1/x", "users/a/10", "users/a/2"]
    assert await keys(objects, "users/a/1") == ["users/a/1/x", "users/a/10"]
    assert await keys(objects, "users/nobody/") == []
    sizes = {info.key: (info.size, info.content_type) async for info in objects.list("users/a/1")}
    assert sizes == {"users/a/1/x": (11, ""), "users/a/10": (10, "")}


async def test_deleting_by_prefix_takes_what_begins_with_it_and_nothing_else(objects: Objects) -> None:
    for name in ("users/1/a", "users/1/b/c", "users/10/a", "users/2/a"):
        await objects.put(name, b"x", content_type="text/plain")
    assert await objects.delete_prefix("users/1/") == 2
    assert await objects.delete_prefix("users/1/") == 0
    assert await keys(objects, "users/") == ["users/10/a", "users/2/a"]


async def test_deleting_everything_by_mistake_is_refused(objects: Objects) -> None:
    with pytest.raises(ValueError, match="empty prefix"):
        await objects.delete_prefix("")


@pytest.mark.parametrize(
    "key",
    ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/..", "a.", "a\x00b", "a\nb",
     "a\\b", "a" * 241, "é" * 121, "a/" * 513 + "a", "a\ud800"],
)  # fmt: skip
async def test_a_key_that_is_none_is_refused_everywhere(objects: Objects, key: str) -> None:
    with pytest.raises(ValueError, match="a"):
        await objects.put(key, b"x", content_type="text/plain")
    with pytest.raises(ValueError, match="a"):
        await objects.get(key)
    with pytest.raises(ValueError, match="a"):
        await anext(aiter(objects.stream(key)))
    with pytest.raises(ValueError, match="a"):
        await objects.open(key)
    with pytest.raises(ValueError, match="a"):
        await objects.get_info(key)
    with pytest.raises(ValueError, match="a"):
        await objects.delete(key)
    with pytest.raises(ValueError, match="a"):
        await objects.copy("users/a", key)
    with pytest.raises(ValueError, match="a"):
        await objects.sign_download(key, expires_in=HOUR)
    with pytest.raises(ValueError, match="a"):
        await objects.sign_upload(key, expires_in=HOUR, content_type="text/plain", size=1)


@pytest.mark.parametrize("prefix", ["/", "../", "a/../b", "a//", "a/\x00", "\\", "a\ud800", "a/" * 513])
async def test_a_prefix_that_is_none_is_refused(objects: Objects, prefix: str) -> None:
    with pytest.raises(ValueError, match=r"name|prefix"):
        await keys(objects, prefix)


@pytest.mark.parametrize("content_type", ["", "text/plain\r\nX: y", "text/plän", " text/plain"])
async def test_a_content_type_that_is_none_is_refused(objects: Objects, content_type: str) -> None:
    with pytest.raises(ValueError, match="content type"):
        await objects.put(KEY, b"x", content_type=content_type)
    with pytest.raises(ValueError, match="content type"):
        await objects.sign_upload(KEY, expires_in=HOUR, content_type=content_type, size=1)


async def test_a_signed_link_downloads_as_an_attachment(objects: Objects, web: httpx.AsyncClient) -> None:
    await objects.put(KEY, b"<script>", content_type="text/html")
    answer = await web.get(await objects.sign_download(KEY, expires_in=HOUR))
    assert answer.status_code == 200
    assert answer.content == b"<script>"
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["content-disposition"] == "attachment"


async def test_a_signed_link_names_the_download(objects: Objects, web: httpx.AsyncClient) -> None:
    await objects.put(KEY, b"x", content_type="text/plain")
    url = await objects.sign_download(KEY, expires_in=HOUR, download_name='Über "uns".pdf')
    answer = await web.get(url)
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"_ber _uns_.pdf\"; filename*=UTF-8''%C3%9Cber%20%22uns%22.pdf"
    )


async def test_a_signed_link_to_what_is_missing_finds_nothing(
    objects: Objects, web: httpx.AsyncClient
) -> None:
    answer = await web.get(await objects.sign_download(KEY, expires_in=HOUR))
    assert answer.status_code in (403, 404)  # S3 says 403 to who may not list the bucket


async def test_a_client_uploads_with_a_signed_link(
    objects: Objects, web: httpx.AsyncClient, clock: ManualClock
) -> None:
    signed = await objects.sign_upload(KEY, expires_in=HOUR, content_type="application/pdf", size=8)
    assert signed.expires_at == clock.now() + HOUR
    answer = await web.request(signed.method, signed.url, headers=signed.headers, content=b"%PDF-1.7")
    assert answer.status_code == 200
    info = await objects.get_info(KEY)
    assert info is not None
    assert (info.size, info.content_type) == (8, "application/pdf")
