"""Documents by address: their files are fetched in the background."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from functions.courses.documents.store import DOCUMENTS
from functions.courses.processing.rules import EMPTY_FILE
from functions.courses.processing.runs import advance_run
from functions.courses.processing.tasks import ProcessDocument
from shared.usage import Holdings
from tests.functions.courses.loopback import Server
from tests.functions.courses.processing.fetching import PAGE, fetch_document, send
from tests.functions.courses.studies import (
    EXE,
    PDF,
    TEXT,
    ScriptedRetrieval,
    Studies,
    get_holdings,
    run_studies,
)


@pytest.fixture
async def online(tmp_path: Path, retrieval: ScriptedRetrieval, server: Server) -> AsyncIterator[Studies]:
    """Studies that may reach the server on loopback, and no other internal address."""
    async with run_studies(
        tmp_path,
        services={"retrieval": retrieval},
        url_fetch_allowed_hosts=server.name,
        document_limit_bytes=2000,
        quota_storage_bytes=3000,
    ) as studies:
        yield studies


async def test_a_file_at_an_address_becomes_a_document(
    online: Studies, server: Server, retrieval: ScriptedRetrieval
) -> None:
    server.body = PDF
    document = await fetch_document(online, server.url("/papers/loops.pdf"), name="Loops", description="d")
    assert (document["name"], document["document_type"], document["file_size_bytes"]) == (
        "Loops", "pdf", len(PDF)
    )  # fmt: skip
    assert document["source_url"] == server.url("/papers/loops.pdf")
    assert [each["type"] for each in retrieval.submissions] == ["application/pdf"]
    assert await get_holdings(online) == Holdings(id="total", documents=1, storage_bytes=len(PDF))
    assert (await online.course_view())["document_count"] == 1
    link = (await online.http.get(f"{online.document(document['id'])}download/")).json()["url"]
    assert (await online.stack.http.get(link)).content == PDF


async def test_a_page_is_a_document_too(online: Studies, server: Server) -> None:
    server.body, server.headers = PAGE, {"Content-Type": "text/plain"}
    document = await fetch_document(online, server.url("/"))
    assert (document["document_type"], document["content_type"]) == ("html", "text/html")
    assert document["name"] == "127.0.0.1"


async def test_markdown_is_believed_where_it_is_announced(online: Studies, server: Server) -> None:
    server.body, server.headers = TEXT, {"Content-Type": "text/markdown; charset=utf-8"}
    assert (await fetch_document(online, server.url("/loops")))["document_type"] == "md"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"", "The address responded with status 404"),
        (500, b"", "The address responded with status 500"),
        (200, EXE, "The content at this address is of a type that is not accepted; use another address"),
        (200, b"a" * 2001, "The content at this address is larger than 2,000 bytes; use another address"),
        (200, b"", EMPTY_FILE),
    ],
)
async def test_what_can_not_be_kept_fails_with_a_reason(
    online: Studies, server: Server, status: int, body: bytes, reason: str
) -> None:
    server.status, server.body = status, body
    document = await fetch_document(online, server.url("/loops.pdf"))
    assert (document["processing_status"], document["processing_error"]) == ("failed", reason)
    assert (await get_holdings(online)).storage_bytes == 0


async def test_a_redirect_to_nowhere_fails(online: Studies, server: Server) -> None:
    server.status = 302
    document = await fetch_document(online, server.url("/a"))
    assert document["processing_error"] == "The address redirects to an invalid address"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/a.pdf",
        "http://127.0.0.1:1/a.pdf",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://10.0.0.1/",
        "http://2130706433/",
        "http://user:password@example.com/",
        "ftp://example.com/a.pdf",
        "file:///etc/passwd",
        "not an address",
        "",
    ],
)
async def test_addresses_inside_are_refused_at_once(online: Studies, url: str) -> None:
    refused = await send(online, url)
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == ["url"]
    assert (await get_holdings(online)).documents == 0


async def test_a_redirect_leads_nowhere_inside(online: Studies, server: Server) -> None:
    server.status, server.headers = 302, {"Location": "http://169.254.169.254/latest/meta-data/"}
    document = await fetch_document(online, server.url("/a"))
    assert document["processing_error"] == "This address is not on the public internet."


async def test_storage_counts_once_the_size_is_known(online: Studies, server: Server) -> None:
    server.body = b"a" * 2000
    assert (await fetch_document(online, server.url("/1")))["processing_status"] == "processing"
    server.body = b"b" * 2000
    second = await fetch_document(online, server.url("/2"))
    assert second["processing_error"].startswith("Your storage quota is used up")
    assert await get_holdings(online) == Holdings(id="total", documents=2, storage_bytes=2000)
    keys = [each.key async for each in online.stack.services.objects.list("users/")]
    assert len(keys) == 1


async def test_a_failed_address_is_tried_again_when_asked(online: Studies, server: Server) -> None:
    server.status = 503
    document = await fetch_document(online, server.url("/loops.txt"))
    assert (await online.http.get(f"{online.document(document['id'])}download/")).status_code == 409
    server.status, server.body = 200, TEXT
    await online.http.post(f"{online.document(document['id'])}reprocess/")
    await online.stack.drain()
    found = await online.get(document["id"])
    assert (found["processing_error"], found["file_size_bytes"]) == (None, len(TEXT))


async def test_bytes_that_are_there_already_stay_with_their_first_document(
    online: Studies, server: Server
) -> None:
    first = await online.upload(TEXT)
    server.body = TEXT
    second = await fetch_document(online, server.url("/loops.txt"))
    assert second["id"] != first
    await online.http.delete(online.document(second["id"]))
    again = await online.send(TEXT)
    assert (again.status_code, again.json()["document"]["id"]) == (200, first)


async def test_fetched_bytes_are_known_when_they_are_uploaded(online: Studies, server: Server) -> None:
    server.body = TEXT
    document = await fetch_document(online, server.url("/loops.txt"))
    again = await online.send(TEXT)
    assert (again.status_code, again.json()["document"]["id"]) == (200, document["id"])


async def test_a_document_deleted_before_the_fetch_leaves_nothing(online: Studies, server: Server) -> None:
    server.body = TEXT
    document = (await send(online, server.url("/a"))).json()["document"]["id"]
    await online.http.delete(online.document(document))
    await online.stack.advance(minutes=10)
    assert server.received == []
    assert await get_holdings(online) == Holdings(id="total")


async def test_a_document_deleted_during_the_fetch_leaves_nothing(online: Studies, server: Server) -> None:
    server.body = TEXT
    document = (await send(online, server.url("/a"))).json()["document"]["id"]
    server.meanwhile = lambda: online.http.delete(online.document(document))
    await online.stack.drain()
    assert len(server.received) == 1
    assert [each async for each in online.stack.services.objects.list("users/")] == []
    assert await get_holdings(online) == Holdings(id="total")


async def test_a_fetch_done_twice_at_once_counts_once(
    online: Studies, server: Server, retrieval: ScriptedRetrieval
) -> None:
    server.body = TEXT
    document = (await send(online, server.url("/a"))).json()["document"]["id"]
    kept = await online.stack.services.store.get(DOCUMENTS.doc(document, user=online.user.id))
    assert kept is not None
    task = ProcessDocument(user=kept.user, document=kept.id, processing_id=kept.processing_id)
    await asyncio.gather(*(advance_run(online.stack.services, task) for _ in range(2)))
    await online.stack.drain()
    assert (await online.get(document))["file_size_bytes"] == len(TEXT)
    assert await get_holdings(online) == Holdings(id="total", documents=1, storage_bytes=len(TEXT))
    assert len([each async for each in online.stack.services.objects.list("users/")]) == 1
    retrieval.say(document, "completed", text_extracted=True)
    await online.stack.advance(minutes=5)
    assert (await online.get(document))["processing_status"] == "completed"


async def test_the_section_must_be_there(online: Studies, server: Server) -> None:
    refused = await send(online, server.url("/a"), section_id="none")
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == ["section_id"]
