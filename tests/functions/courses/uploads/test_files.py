"""Uploads as a form."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from functions.courses.processing.rules import EMPTY_FILE
from shared.errors import ServiceUnavailable
from shared.objects.folder import FolderObjects
from shared.objects.protocol import ObjectInfo
from shared.published.courses import DocumentUploaded
from shared.usage import Holdings
from tests.functions.courses.studies import (
    EXE,
    PDF,
    PNG,
    TEXT,
    ScriptedRetrieval,
    Studies,
    build_archive,
    build_word,
    get_holdings,
    run_studies,
)


async def list_objects(studies: Studies) -> list[str]:
    return [each.key async for each in studies.stack.services.objects.list("users/")]


async def test_a_file_becomes_a_document(scripted: Studies) -> None:
    answer = await scripted.send(TEXT, "loops.txt", name="Loops", description="All kinds")
    assert answer.status_code == 201
    given = answer.json()
    assert given["upload_status"] == "success"
    assert given["processing_id"].startswith("proc_")
    assert given["estimated_processing_time"] >= 1
    document = given["document"]
    assert (document["name"], document["description"], document["course"]) == (
        "Loops", "All kinds", scripted.course
    )  # fmt: skip
    assert (document["document_type"], document["file_size_bytes"]) == ("txt", len(TEXT))
    assert document["processing_status"] == "processing"
    assert (await scripted.course_view())["document_count"] == 1
    assert await get_holdings(scripted) == Holdings(id="total", documents=1, storage_bytes=len(TEXT))
    names = [message.name for message in await scripted.stack.services.queue.list_waiting()]
    assert DocumentUploaded.type in names


async def test_the_name_defaults_to_the_files(scripted: Studies) -> None:
    document = await scripted.upload(TEXT, "ch3.txt", name="", section_id="")
    assert (await scripted.get(document))["name"] == "ch3.txt"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "notes.pdf", "pdf"),
        (PNG, "notes.pdf", "png"),
        (build_word(), "notes.docx", "docx"),
        (TEXT, "notes.md", "md"),
        (b"<!doctype html><p>Loops</p>", "notes.txt", "html"),
        (b"<h1>Loops</h1>", "notes.html", "html"),
        (build_word(content=bytes(20_000_000)), "bomb.docx", "docx"),
    ],
)
async def test_a_type_is_judged_by_content(scripted: Studies, data: bytes, name: str, kind: str) -> None:
    assert (await scripted.get(await scripted.upload(data, name)))["document_type"] == kind


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (EXE, "notes.pdf"),
        (EXE, "notes.txt"),
        (build_archive("xl/workbook.xml"), "notes.docx"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "notes.html"),
    ],
)
async def test_other_content_is_refused_and_leaves_nothing(scripted: Studies, data: bytes, name: str) -> None:
    refused = await scripted.send(data, name)
    assert refused.status_code == 415
    assert refused.json()["error_code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert await list_objects(scripted) == []
    assert await get_holdings(scripted) == Holdings(id="total")


async def test_an_empty_file_fails_with_a_reason(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await scripted.upload(b"", "nothing.pdf")
    await scripted.stack.drain()
    found = await scripted.get(document)
    assert (found["processing_status"], found["processing_error"]) == ("failed", EMPTY_FILE)
    assert retrieval.submissions == []


async def test_the_same_bytes_again_are_the_document_that_is_there(scripted: Studies) -> None:
    document = await scripted.upload(TEXT, "loops.txt")
    await scripted.http.put(f"{scripted.document(document)}tags/", json={"tags": ["exam"]})
    again = await scripted.send(TEXT, "other.md", name="Other")
    assert again.status_code == 200
    assert again.json()["document"]["id"] == document
    assert again.json()["document"]["tags"] == ["exam"]
    assert (await scripted.course_view())["document_count"] == 1
    assert (await get_holdings(scripted)).documents == 1
    other = (await scripted.http.post("/api/v1/courses/", json={"name": "Poetry"})).json()["id"]
    elsewhere = await Studies(scripted.stack, scripted.user, other).send(TEXT)
    assert elsewhere.status_code == 201


async def test_parallel_uploads_of_the_same_bytes_make_one_document(scripted: Studies) -> None:
    answers = await asyncio.gather(*(scripted.send() for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["document"]["id"] for answer in answers}) == 1
    assert (await scripted.course_view())["document_count"] == 1
    await scripted.stack.advance(hours=2)
    assert await get_holdings(scripted) == Holdings(id="total", documents=1, storage_bytes=len(TEXT))
    assert len(await list_objects(scripted)) == 1


async def test_parallel_uploads_of_different_bytes_are_all_counted(scripted: Studies) -> None:
    answers = await asyncio.gather(*(scripted.send(b"text %d" % number) for number in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert (await scripted.course_view())["document_count"] == 6


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"section_id": "none"}, "section_id"),
        ({"section": "x"}, "section"),
        ({"name": "a" * 201}, "name"),
        ({"description": "a\x00b"}, "description"),
    ],
)
async def test_a_bad_field_is_named(scripted: Studies, fields: dict[str, str], field: str) -> None:
    refused = await scripted.send(TEXT, **fields)
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == [field]


async def test_a_form_without_a_file_and_a_body_that_is_no_form_are_refused(scripted: Studies) -> None:
    path = f"{scripted.documents}upload/"
    assert (await scripted.http.post(path, json={"name": "Loops"})).status_code == 400
    missing = await scripted.http.post(path, files={"other": ("a.txt", TEXT)})
    assert missing.status_code == 422
    assert "file" in missing.json()["details"]


async def test_the_same_key_uploads_once(scripted: Studies) -> None:
    async def send() -> tuple[int, str]:
        request = scripted.http.build_request(
            "POST",
            f"{scripted.documents}upload/",
            content=b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
            b"abc\r\n--x--\r\n",
            headers={"Idempotency-Key": "once", "Content-Type": "multipart/form-data; boundary=x"},
        )
        answer = await scripted.http.send(request)
        return answer.status_code, answer.json()["document"]["id"]

    assert await send() == await send()


async def test_limits_of_size_hold(tmp_path: Path, retrieval: ScriptedRetrieval) -> None:
    limits: dict[str, Any] = {"upload_body_limit_bytes": 8000, "document_limit_bytes": 4000}
    async with run_studies(tmp_path, services={"retrieval": retrieval}, **limits) as studies:
        for size, status in ((4000, 201), (4001, 413), (9000, 413)):
            answer = await studies.send(b"a" * size)
            assert answer.status_code == status
        assert answer.json()["error_code"] == "PAYLOAD_TOO_LARGE"


async def test_quotas_hold(tmp_path: Path, retrieval: ScriptedRetrieval) -> None:
    limits: dict[str, Any] = {"quota_documents": 2, "quota_storage_bytes": 10}
    async with run_studies(tmp_path, services={"retrieval": retrieval}, **limits) as studies:
        assert (await studies.send(b"12345678901")).status_code == 402
        assert (await studies.send(b"1234")).status_code == 201
        assert (await studies.send(b"1235")).status_code == 201
        refused = await studies.send(b"1236")
        assert (refused.status_code, refused.json()["error_code"]) == (402, "QUOTA_EXCEEDED")
        assert (await studies.send(b"1234")).status_code == 200  # a duplicate costs nothing
        assert len(await list_objects(studies)) == 2


async def test_the_hourly_rate_of_uploads_holds(tmp_path: Path, retrieval: ScriptedRetrieval) -> None:
    async with run_studies(
        tmp_path, services={"retrieval": retrieval}, rate_limit_uploads_per_hour=2
    ) as studies:
        statuses = [(await studies.send(b"text %d" % number)).status_code for number in range(3)]
        assert statuses == [201, 201, 429]
        await studies.stack.advance(hours=1)
        assert (await studies.send(b"text 3")).status_code == 201


class FullDisk(FolderObjects):
    """An object store that stores only the beginning of a file."""

    full = True

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        info = await super().put(key, data, content_type=content_type)
        if self.full:
            raise ServiceUnavailable
        return info


async def test_an_upload_cut_short_is_cleared_away(tmp_path: Path, retrieval: ScriptedRetrieval) -> None:
    async with run_studies(tmp_path, services={"retrieval": retrieval}) as studies:
        studies.stack.services.objects = FullDisk(
            tmp_path / "objects", base_url="http://stack.test", secret="s", clock=studies.stack.clock
        )
        assert (await studies.send()).status_code == 503
        assert len(await list_objects(studies)) == 1
        assert (await get_holdings(studies)).documents == 1
        await studies.stack.advance(hours=2)
        assert await list_objects(studies) == []
        assert await get_holdings(studies) == Holdings(id="total")


async def test_a_course_that_goes_during_the_upload_gives_everything_back(
    tmp_path: Path, retrieval: ScriptedRetrieval
) -> None:
    class Slow(FolderObjects):
        async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
            await studies.http.delete(studies.url)
            return await super().put(key, data, content_type=content_type)

    async with run_studies(tmp_path, services={"retrieval": retrieval}) as studies:
        studies.stack.services.objects = Slow(
            tmp_path / "objects", base_url="http://stack.test", secret="s", clock=studies.stack.clock
        )
        assert (await studies.send()).status_code == 404
        assert await list_objects(studies) == []
        assert await get_holdings(studies) == Holdings(id="total")


async def test_a_conflict_makes_the_upload_look_again(scripted: Studies) -> None:
    """Parallel changes to one course lose no count."""
    sent = asyncio.gather(*(scripted.send(b"text %d" % number) for number in range(3)))
    changed = asyncio.gather(
        *(scripted.http.patch(scripted.url, json={"name": f"Name {n}"}) for n in range(3))
    )
    assert {answer.status_code for answer in [*await sent, *await changed]} == {200, 201}
    assert (await scripted.course_view())["document_count"] == 3


async def test_parallel_deletions_are_counted_once(scripted: Studies) -> None:
    document = await scripted.upload()
    answers = await asyncio.gather(*(scripted.http.delete(scripted.document(document)) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]
    assert (await scripted.course_view())["document_count"] == 0
