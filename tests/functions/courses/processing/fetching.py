"""Documents by address, fetched."""

from typing import Any

import httpx

from tests.functions.courses.studies import Studies

PAGE = b"<!doctype html><title>Loops</title><p>A while loop repeats its body.</p>"


async def send(studies: Studies, url: str, **fields: Any) -> httpx.Response:
    return await studies.http.post(f"{studies.documents}upload_url/", json={"url": url, **fields})


async def fetch_document(studies: Studies, url: str, **fields: Any) -> dict[str, Any]:
    """Create a document from an address and return it after the fetch."""
    answer = await send(studies, url, **fields)
    assert answer.status_code == 201, answer.text
    assert answer.json()["document"]["processing_status"] == "processing"
    await studies.stack.drain()
    return await studies.get(answer.json()["document"]["id"])
