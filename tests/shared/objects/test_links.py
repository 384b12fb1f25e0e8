"""The policy of the folder's signed links, and how they are served."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from shared.clock import ManualClock
from shared.objects.folder import FolderObjects
from shared.objects.links import build_links_app
from shared.objects.names import format_attachment
from shared.objects.signing import Grant, LinkRefused, sign_query, verify_query

HOUR = timedelta(hours=1)
KEY = "users/u1/a b#?%2F.pdf"


async def download(objects: FolderObjects) -> str:
    return await objects.sign_download(KEY, expires_in=HOUR, download_name="a.pdf")


async def upload(objects: FolderObjects, size: int = 4) -> str:
    signed = await objects.sign_upload(KEY, expires_in=HOUR, content_type="text/plain", size=size)
    return signed.url


def changed(url: str, **parameters: str) -> str:
    base, _, query = url.partition("?")
    return f"{base}?{urlencode(dict(parse_qsl(query)) | parameters)}"


@pytest.fixture
async def stored(folder: FolderObjects) -> FolderObjects:
    await folder.put(KEY, b"content", content_type="text/plain")
    await folder.put("users/u2/b.pdf", b"secret", content_type="text/plain")
    return folder


async def test_a_download_is_not_sniffed_shown_or_cached(
    stored: FolderObjects, gateway: httpx.AsyncClient
) -> None:
    answer = await gateway.get(await download(stored))
    assert answer.content == b"content"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-length"] == "7"
    assert answer.headers["content-type"] == "text/plain"


async def test_a_link_works_until_it_expires(
    stored: FolderObjects, gateway: httpx.AsyncClient, clock: ManualClock
) -> None:
    url = await download(stored)
    clock.advance(HOUR - timedelta(seconds=1))
    assert (await gateway.get(url)).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await gateway.get(url)).status_code == 403


@pytest.mark.parametrize(
    "parameters",
    [
        {"expires": "99999999999"},
        {"expires": "soon"},
        {"expires": ""},
        {"name": "other.pdf"},
        {"size": "1"},
        {"size": "many"},
        {"type": "text/html"},
        {"signature": "0" * 64},
        {"signature": ""},
        {"signature": "ü"},
        {"signature": "\ud800".encode(errors="surrogatepass").decode(errors="replace")},
    ],
)
async def test_a_changed_link_is_refused(
    stored: FolderObjects, gateway: httpx.AsyncClient, parameters: dict[str, str]
) -> None:
    answer = await gateway.get(changed(await download(stored), **parameters))
    assert answer.status_code == 403
    assert b"content" not in answer.content


async def test_a_link_opens_no_other_key(stored: FolderObjects, gateway: httpx.AsyncClient) -> None:
    url = await download(stored)
    other = urlsplit(await stored.sign_download("users/u2/b.pdf", expires_in=HOUR))
    assert (await gateway.get(urlsplit(url)._replace(path=other.path).geturl())).status_code == 403
    assert (await gateway.get(url.replace("/users/u1/", "/users/u1/../u2/"))).status_code == 403


async def test_a_link_without_a_signature_is_refused(
    stored: FolderObjects, gateway: httpx.AsyncClient
) -> None:
    assert (await gateway.get((await download(stored)).partition("?")[0])).status_code == 403


async def test_a_link_to_download_uploads_nothing_and_the_other_way_round(
    stored: FolderObjects, gateway: httpx.AsyncClient
) -> None:
    assert (await gateway.put(await download(stored), content=b"evil")).status_code == 403
    assert (await gateway.get(await upload(stored))).status_code == 403
    assert (await gateway.delete(await upload(stored))).status_code == 405
    assert await stored.get(KEY) == b"content"


@pytest.mark.parametrize(("body", "status"), [(b"12345", 413), (b"123", 400), (b"", 400), (b"1234", 200)])
async def test_an_upload_has_exactly_the_signed_size(
    folder: FolderObjects, gateway: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await gateway.put(await upload(folder), content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == status
    assert (await folder.get_info(KEY) is not None) == (status == 200)


async def test_an_endless_upload_is_cut_off(folder: FolderObjects, gateway: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    url = await upload(folder, size=10_000)
    answer = await gateway.put(url, content=endless(), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 413
    assert [info async for info in folder.list("")] == []


async def test_an_empty_upload_that_was_signed_as_such_is_taken(
    folder: FolderObjects, gateway: httpx.AsyncClient
) -> None:
    url = await upload(folder, size=0)
    assert (await gateway.put(url, content=b"", headers={"Content-Type": "text/plain"})).status_code == 200
    assert await folder.get(KEY) == b""


@pytest.mark.parametrize("headers", [{"Content-Type": "text/html"}, {}])
async def test_an_upload_of_another_type_is_refused(
    folder: FolderObjects, gateway: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await gateway.put(await upload(folder), content=b"1234", headers=headers)).status_code == 403
    assert await folder.get_info(KEY) is None


async def test_an_upload_that_is_broken_off_stores_nothing(folder: FolderObjects) -> None:
    arriving: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"12", "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[Message] = []

    async def receive() -> Message:
        return next(arriving)

    async def send(message: Message) -> None:
        sent.append(message)

    query = sign_query(
        Grant("PUT", "users/a", int(folder._clock.now().timestamp()) + 60, 4, "text/plain"), folder._secret
    )
    scope = {
        "type": "http",
        "method": "PUT",
        "path": "/users/a",
        "query_string": urlencode(query).encode(),
        "headers": [(b"content-type", b"text/plain")],
    }
    await build_links_app(folder)(scope, receive, send)
    assert sent[0]["status"] == 400
    assert await folder.get_info("users/a") is None


texts = st.text(max_size=20)
grants = st.builds(
    Grant,
    method=st.sampled_from(["GET", "PUT"]),
    key=texts,
    expires=st.integers(1, 2**40),
    size=st.integers(0, 2**40),
    content_type=texts,
    download_name=texts,
)


@given(grants, grants)
def test_no_grants_signature_fits_another_grant(one: Grant, other: Grant) -> None:
    signature = sign_query(one, "secret")["signature"]
    assert (signature == sign_query(other, "secret")["signature"]) == (one == other)
    assert signature != sign_query(one, "other secret")["signature"]


def test_a_link_of_another_secret_is_refused(clock: ManualClock) -> None:
    grant = Grant("GET", KEY, int(clock.now().timestamp()) + 60)
    query = sign_query(grant, "one")
    assert verify_query("GET", KEY, query, secret="one", now=clock.now()) == grant
    with pytest.raises(LinkRefused) as refused:
        verify_query("GET", KEY, query, secret="two", now=clock.now())
    assert refused.value.status == 403


@given(st.text())
def test_the_name_of_a_download_breaks_no_header(name: str) -> None:
    header = format_attachment(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') in (0, 2)
    assert header.count("\\") == 0


@pytest.mark.parametrize("name", [None, ""])
def test_a_download_without_a_name_is_an_attachment_all_the_same(name: str | None) -> None:
    assert format_attachment(name) == "attachment"
