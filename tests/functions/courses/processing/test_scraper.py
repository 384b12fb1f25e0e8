"""The scraper service fetches, if one is configured."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functions.courses.loopback import Server
from tests.functions.courses.processing.fetching import PAGE, fetch_document
from tests.functions.courses.studies import TEXT, ScriptedRetrieval, Studies, run_studies


@pytest.fixture
async def scraped(tmp_path: Path, retrieval: ScriptedRetrieval, server: Server) -> AsyncIterator[Studies]:
    """Studies whose scraper service is the server on loopback."""
    async with (
        httpx.AsyncClient() as http,
        run_studies(
            tmp_path,
            services={"retrieval": retrieval},
            scraper_service_url=server.url("/scrape"),
            scraper_service_token="token",
            document_limit_bytes=2000,
        ) as studies,
    ):
        own = studies.stack.services.http

        class Both(httpx.AsyncClient):
            async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
                client = http if request.url.host == "127.0.0.1" else own
                return await client.send(request, **options)

        studies.stack.services.http = Both()
        yield studies
        await studies.stack.services.http.aclose()
        studies.stack.services.http = own


async def test_the_scraper_service_fetches_where_there_is_one(scraped: Studies, server: Server) -> None:
    server.body, server.headers = PAGE, {"Content-Type": "text/html"}
    document = await fetch_document(scraped, "https://example.com/loops")
    assert (document["document_type"], document["name"]) == ("html", "loops")
    (asked,) = server.received
    assert asked.path == "/scrape"
    assert asked.body == b'{"url":"https://example.com/loops"}'
    assert asked.headers["authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (422, b"", "The address could not be fetched; check that it works in a browser"),
        (200, b"a" * 2001, "The content at this address is larger than 2,000 bytes; use another address"),
    ],
)
async def test_what_the_scraper_can_not_fetch_fails(
    scraped: Studies, server: Server, status: int, body: bytes, outcome: str
) -> None:
    server.status, server.body = status, body
    document = await fetch_document(scraped, "https://example.com/loops")
    assert document["processing_error"] == outcome


async def test_an_outage_of_the_scraper_is_waited_out(scraped: Studies, server: Server) -> None:
    server.status = 503
    document = await fetch_document(scraped, "https://example.com/loops")
    assert document["processing_status"] == "processing"
    server.status, server.body = 200, TEXT
    await scraped.stack.advance(minutes=4)
    assert (await scraped.get(document["id"]))["file_size_bytes"] == len(TEXT)
