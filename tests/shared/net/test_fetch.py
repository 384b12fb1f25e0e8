"""Fetching and posting, against servers on loopback that behave and that do not."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from shared.net import AddressRefused, Fetched, FetchFailed, FetchTooLarge, GuardedTransport, fetch, post
from shared.net.transport import resolve_host
from tests.deadlines import DEADLINE_SECONDS
from tests.shared.net.certificates import tls_for
from tests.shared.net.loopback import Dialled, Loopback, Names, Respond, answer, redirect, serving

PUBLIC = "93.184.216.34"


@asynccontextmanager
async def reachable(respond: Respond) -> AsyncIterator[tuple[Loopback, GuardedTransport]]:
    async with serving(respond) as server:
        transport = GuardedTransport(allowed_hosts=frozenset({server.name}))
        yield server, transport
        await transport.aclose()


async def fetched_from(respond: Respond, *, path: str = "/", max_bytes: int = 1_000_000) -> Fetched:
    async with reachable(respond) as (server, transport):
        return await fetch(
            server.url(path), transport=transport, max_bytes=max_bytes, timeout=DEADLINE_SECONDS
        )


async def test_content_type_and_name_come_with_the_content() -> None:
    fetched = await fetched_from(
        answer(b"%PDF", headers={"Content-Type": "Application/PDF; x=y"}), path="/files/my%20notes.pdf?v=1"
    )
    assert fetched.content == b"%PDF"
    assert fetched.content_type == "application/pdf"
    assert fetched.file_name == "my notes.pdf"
    assert fetched.final_url.endswith("/files/my%20notes.pdf?v=1")


async def test_what_is_asked_for_is_uncompressed_and_bears_no_credentials() -> None:
    async with reachable(answer(b"x")) as (server, transport):
        await fetch(
            server.url(), transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS, accept="text/html"
        )
        head = server.requests[0].lower()
    assert b"accept-encoding: identity\r\n" in head
    assert b"accept: text/html\r\n" in head
    assert b"user-agent: aksio\r\n" in head
    assert b"cookie" not in head
    assert b"authorization" not in head


async def test_redirects_are_followed_to_where_the_content_is() -> None:
    async def respond(path: str, writer: asyncio.StreamWriter) -> None:
        await (redirect("/b/notes.txt") if path == "/a" else answer(b"here"))(path, writer)

    fetched = await fetched_from(respond, path="/a")
    assert fetched.content == b"here"
    assert fetched.final_url.endswith("/b/notes.txt")
    assert fetched.file_name == "notes.txt"


async def test_endless_redirects_end() -> None:
    async with reachable(redirect("/")) as (server, transport):
        with pytest.raises(FetchFailed, match="too often"):
            await fetch(
                server.url(), transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS, max_redirects=3
            )
        assert len(server.requests) == 4


@pytest.mark.parametrize("headers", [{}, {"Location": "http://[::"}, {"Location": "http://a:b/"}])
async def test_a_redirect_to_nowhere_fails(headers: dict[str, str]) -> None:
    with pytest.raises(FetchFailed, match="invalid address"):
        await fetched_from(answer(status="302 Found", headers=headers))


@pytest.mark.parametrize("status", ["204 No Content", "200 OK"])
async def test_an_empty_answer_is_an_answer(status: str) -> None:
    assert (await fetched_from(answer(status=status))).content == b""


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "304 Not Modified"])
async def test_any_other_status_fails(status: str) -> None:
    with pytest.raises(FetchFailed, match=status[:3]) as failed:
        await fetched_from(answer(status=status))
    assert (failed.value.status, failed.value.code) == (502, "PROCESSING_FAILED")


async def test_a_body_of_exactly_the_limit_passes_and_one_byte_more_does_not() -> None:
    assert len((await fetched_from(answer(b"x" * 1000), max_bytes=1000)).content) == 1000
    with pytest.raises(FetchTooLarge) as too_large:
        await fetched_from(answer(b"x" * 1001), max_bytes=1000)
    assert too_large.value.status == 413


async def test_an_endless_body_is_cut_off() -> None:
    sent = 0

    async def respond(_path: str, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 10_000)
            sent += 10_000
            await writer.drain()

    with pytest.raises(FetchTooLarge):
        await fetched_from(respond, max_bytes=50_000)
    assert sent < 50_000_000


async def test_a_slow_body_meets_the_deadline() -> None:
    async def respond(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with reachable(respond) as (server, transport):
        with pytest.raises(FetchFailed, match="in time"):
            await fetch(server.url(), transport=transport, max_bytes=1000, timeout=0.3)


async def test_a_silent_server_meets_the_deadline() -> None:
    async def respond(_path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with reachable(respond) as (server, transport):
        with pytest.raises(FetchFailed, match="in time"):
            await fetch(server.url(), transport=transport, max_bytes=10, timeout=0.2)
        with pytest.raises(FetchFailed, match="in time"):
            await post(server.url(), transport=transport, content=b"", headers={}, timeout=0.2)


async def test_half_an_answer_fails() -> None:
    with pytest.raises(FetchFailed):
        await fetched_from(answer(b"half", headers={"Content-Length": "8"}))


async def test_an_answer_that_is_no_http_fails() -> None:
    async def respond(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.com ESMTP\r\n")
        await writer.drain()

    with pytest.raises(FetchFailed):
        await fetched_from(respond)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(b"text" * 50_000)), ("X-Gzip", gzip.compress(b"text" * 50_000)),
     ("deflate", zlib.compress(b"text" * 50_000)), ("identity", b"text" * 50_000)],
)  # fmt: skip
async def test_a_compressed_answer_is_opened_although_none_was_asked_for(encoding: str, body: bytes) -> None:
    fetched = await fetched_from(answer(body, headers={"Content-Encoding": encoding}))
    assert fetched.content == b"text" * 50_000


async def test_a_decompression_bomb_is_counted_unfolded_and_never_held() -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(FetchTooLarge):
            await fetched_from(answer(bomb, headers={"Content-Encoding": "gzip"}), max_bytes=len(bomb) + 1)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "compress"])
async def test_stacked_and_unknown_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(FetchFailed, match="encoding"):
        await fetched_from(answer(b"x", headers={"Content-Encoding": encoding}))


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"text" * 1000, mtime=0)[:-20], b""])
async def test_a_broken_compressed_body_fails(body: bytes) -> None:
    with pytest.raises(FetchFailed, match="content"):
        await fetched_from(answer(body, headers={"Content-Encoding": "gzip"}))


async def test_what_follows_a_compressed_body_is_ignored() -> None:
    body = gzip.compress(b"text") + b"x" * 200_000
    assert (await fetched_from(answer(body, headers={"Content-Encoding": "gzip"}))).content == b"text"


async def test_a_webhook_hands_over_its_body_and_headers_and_any_status_is_an_answer() -> None:
    async with reachable(answer(b"gone", status="410 Gone")) as (server, transport):
        posted = await post(
            server.url("/hook"),
            transport=transport,
            content=b'{"a":1}',
            headers={"Content-Type": "application/json", "Webhook-Id": "1"},
            timeout=DEADLINE_SECONDS,
        )
        head = server.requests[0].lower()
    assert (posted.status, posted.body) == (410, b"gone")
    assert head.startswith(b"post /hook ")
    assert b"webhook-id: 1\r\n" in head
    assert b"content-length: 7\r\n" in head


async def test_only_the_beginning_of_a_long_reply_to_a_webhook_is_read() -> None:
    async with reachable(answer(b"x" * 1_000_000)) as (server, transport):
        posted = await post(
            server.url(), transport=transport, content=b"", headers={}, timeout=DEADLINE_SECONDS
        )
    assert len(posted.body) == 64 * 1024


async def test_a_refused_connection_fails() -> None:
    async with serving(answer()) as server:
        pass
    transport = GuardedTransport(allowed_hosts=frozenset({server.name}))
    with pytest.raises(FetchFailed):
        await fetch(server.url(), transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS)


async def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    network = Dialled()
    transport = GuardedTransport(resolve=Names([PUBLIC, "93.184.216.35"]), network=network)
    with pytest.raises(FetchFailed):
        await fetch(
            "http://files.example.com:81/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS
        )
    assert network.addresses == [(PUBLIC, 81), ("93.184.216.35", 81)]


async def test_a_literal_public_address_is_dialled_without_a_resolver() -> None:
    names, network = Names(["127.0.0.1"]), Dialled()
    transport = GuardedTransport(resolve=names, network=network)
    with pytest.raises(FetchFailed):
        await fetch(f"http://{PUBLIC}/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS)
    assert network.addresses == [(PUBLIC, 80)]
    assert names.asked == []


async def test_a_name_without_an_address_fails() -> None:
    transport = GuardedTransport(resolve=Names([]), network=Dialled())
    with pytest.raises(FetchFailed):
        await fetch(
            "http://nowhere.example.com/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS
        )


async def test_a_resolver_that_fails_or_hangs_is_a_failed_fetch() -> None:
    async def broken(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    async def hanging(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return [PUBLIC]

    for resolve in (broken, hanging):
        transport = GuardedTransport(resolve=resolve, network=Dialled())
        with pytest.raises(FetchFailed):
            await fetch("http://files.example.com/", transport=transport, max_bytes=10, timeout=0.2)


async def test_resolving_counts_towards_the_time_to_connect() -> None:
    async def hanging(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return [PUBLIC]

    transport = GuardedTransport(resolve=hanging, network=Dialled())
    async with httpx.AsyncClient(
        transport=transport, timeout=httpx.Timeout(DEADLINE_SECONDS, connect=0.05)
    ) as client:
        with pytest.raises(httpx.TimeoutException):
            await client.get("http://files.example.com/")


async def test_the_systems_resolver_knows_loopback() -> None:
    assert "127.0.0.1" in await resolve_host("127.0.0.1", 80)


async def test_tls_is_checked_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    server_tls, client_tls = tls_for("files.example.com", tmp_path)
    async with serving(answer(b"safe"), tls=server_tls) as server:
        network = Dialled(reroute=server.port)
        transport = GuardedTransport(resolve=Names([PUBLIC]), network=network, tls=client_tls)
        fetched = await fetch(
            "https://files.example.com/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS
        )
        assert fetched.content == b"safe"
        assert network.addresses == [(PUBLIC, 443)]
        with pytest.raises(FetchFailed):
            await fetch(
                "https://other.example.com/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS
            )
        await transport.aclose()


async def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path) -> None:
    server_tls, client_tls = tls_for("files.example.com", tmp_path)
    async with serving(redirect("http://files.example.com/"), tls=server_tls) as server:
        network = Dialled(reroute=server.port)
        transport = GuardedTransport(resolve=Names([PUBLIC]), network=network, tls=client_tls)
        with pytest.raises(AddressRefused, match="Validation failed") as refused:
            await fetch(
                "https://files.example.com/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS
            )
        assert "https to http" in refused.value.reason
        assert len(network.addresses) == 1
        await transport.aclose()
