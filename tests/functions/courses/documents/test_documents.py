from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.published.courses import DOCUMENT_SUMMARIES
from shared.usage import UsageOf
from tests.functions.courses.studies import PNG, TEXT, ScriptedRetrieval, Studies, sign_in
from tests.stack import User


async def list_documents(studies: Studies, **asked: Any) -> list[str]:
    found = (await studies.http.get(studies.documents, params=asked)).json()
    assert found["count"] == len(found["results"])
    return [each["id"] for each in found["results"]]


async def test_documents_are_listed_newest_first_and_filtered(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    section = (await scripted.http.post(f"{scripted.url}sections/", json={"title": "Loops"})).json()["id"]
    text = await scripted.upload(section_id=section)
    await scripted.stack.drain()
    retrieval.say(text, "completed", text_extracted=True)
    await scripted.stack.advance(minutes=1)
    image = await scripted.upload(PNG, "loop.png")
    assert await list_documents(scripted) == [image, text]
    assert await list_documents(scripted, section=section) == [text]
    assert await list_documents(scripted, document_type="png") == [image]
    assert await list_documents(scripted, processing_status="completed") == [text]
    assert await list_documents(scripted, processing_status="completed", document_type="txt", section="") == [
        text
    ]
    assert await list_documents(scripted, processing_status="failed") == []
    assert (await scripted.http.get(scripted.documents, params={"processing_status": "x"})).status_code == 422


async def test_a_document_is_read_only_in_its_own_course_by_its_own_user(
    scripted: Studies,
) -> None:
    document = await scripted.upload()
    other = (await scripted.http.post("/api/v1/courses/", json={"name": "Poetry"})).json()["id"]
    stranger = await sign_in(scripted.stack)
    for http, course in ((scripted.http, other), (stranger.http, scripted.course), (scripted.http, "none")):
        for method, last in (("GET", ""), ("DELETE", ""), ("GET", "download/"), ("POST", "reprocess/")):
            path = f"/api/v1/courses/{course}/documents/{document}/{last}"
            assert (await http.request(method, path)).status_code == 404


async def test_name_description_and_section_change(scripted: Studies) -> None:
    section = (await scripted.http.post(f"{scripted.url}sections/", json={"title": "Loops"})).json()["id"]
    document = await scripted.upload()
    path = scripted.document(document)
    changed = await scripted.http.patch(path, json={"name": "Loops", "description": "d", "section": section})
    assert changed.status_code == 200
    found = await scripted.get(document)
    assert (found["name"], found["description"], found["section"]) == ("Loops", "d", section)
    kept = await scripted.http.patch(path, json={**found, "section": None})
    assert (kept.json()["name"], kept.json()["section"]) == ("Loops", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"section": "none"}, "section"),
        ({"sections": []}, "sections"),
    ],
)
async def test_a_bad_change_is_named(scripted: Studies, body: dict[str, Any], field: str) -> None:
    document = await scripted.upload()
    refused = await scripted.http.patch(scripted.document(document), json=body)
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == [field]


async def test_a_file_comes_back_as_it_was_given(scripted: Studies) -> None:
    document = await scripted.upload(TEXT, "Schleifen über.txt")
    answer = await scripted.http.get(f"{scripted.document(document)}download/")
    assert answer.json()["expires_at"] == "2026-03-02T12:15:00.000Z"
    file = await scripted.stack.http.get(answer.json()["url"])
    assert file.content == TEXT
    assert "attachment" in file.headers["Content-Disposition"]
    scripted.stack.clock.advance(timedelta(minutes=16))
    late: httpx.Response = await scripted.stack.http.get(answer.json()["url"])
    assert late.status_code == 403


async def test_a_deleted_document_leaves_nothing(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    services = scripted.stack.services
    document = await scripted.upload()
    await scripted.stack.drain()
    assert (await scripted.http.delete(scripted.document(document))).status_code == 204
    assert (await scripted.http.get(scripted.document(document))).status_code == 404
    assert (await scripted.course_view())["document_count"] == 0
    held = await services.store.get(UsageOf(scripted.user.id, services.clock.now()).holdings)
    assert held is not None
    assert (held.documents, held.storage_bytes) == (0, 0)
    await scripted.stack.drain()
    assert retrieval.deleted == [document]
    assert [each async for each in services.objects.list("users/")] == []
    assert (await scripted.http.delete(scripted.document(document))).status_code == 404
    assert (await scripted.send()).status_code == 201  # the bytes may be uploaded again


async def test_what_is_published_of_a_document_can_be_read(scripted: Studies) -> None:
    document = await scripted.upload(file_name="loops.md")
    ref = DOCUMENT_SUMMARIES.doc(document, user=scripted.user.id)
    summary = await scripted.stack.services.store.get(ref)
    assert summary is not None
    assert (summary.course, summary.document_type, summary.processing_status) == (
        scripted.course, "md", "processing"
    )  # fmt: skip


async def test_limits_are_told(studies: Studies, user: User) -> None:
    limits = (await studies.http.get(f"{studies.documents}upload_limits/")).json()
    assert limits["max_file_size_bytes"] == 52_428_800
    assert limits["max_file_size_mb"] == 50
    assert "image/png" in limits["allowed_content_types"]
    assert "text/html" in limits["allowed_content_types"]
    assert "application/epub+zip" in limits["allowed_content_types"]
    assert len(limits["supported_url_types"]) == 5
    assert (await user.http.get(f"{studies.documents}upload_limits/")).status_code == 404
