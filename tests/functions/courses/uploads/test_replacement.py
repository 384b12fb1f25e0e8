"""Replacement of a document's file."""

import asyncio

import httpx
import pytest

from shared.usage import Holdings
from tests.functions.courses.studies import EXE, TEXT, Studies, get_holdings, sign_in
from tests.functions.courses.uploads.test_files import list_objects

NEWER = TEXT + b"A for loop takes each item of a sequence in turn.\n"


async def replace(
    studies: Studies, document: str, data: bytes = NEWER, name: str = "loops-2.txt"
) -> httpx.Response:
    return await studies.http.post(f"{studies.document(document)}replace/", files={"file": (name, data)})


@pytest.fixture
async def document(studies: Studies) -> str:
    document = await studies.upload(TEXT, "loops.txt", name="Loops")
    await studies.stack.drain()
    return document


async def test_it_keeps_its_id_and_name_and_is_processed_anew(studies: Studies, document: str) -> None:
    answer = await replace(studies, document)
    assert answer.status_code == 202, answer.text
    given = answer.json()["document"]
    assert (given["id"], given["name"], given["version"]) == (document, "Loops", 2)
    assert given["processing_status"] == "processing"
    await studies.stack.drain()
    assert (await studies.get(document))["processing_status"] == "completed"
    content = (await studies.http.get(f"{studies.document(document)}content/")).json()
    assert "for loop" in content["extracted_text"]


async def test_the_old_file_goes_and_the_quota_follows(studies: Studies, document: str) -> None:
    before = await list_objects(studies)
    await replace(studies, document)
    await studies.stack.advance(hours=2)
    after = await list_objects(studies)
    assert (len(before), len(after)) == (1, 1)
    assert before != after
    assert await get_holdings(studies) == Holdings(id="total", documents=1, storage_bytes=len(NEWER))
    assert (await studies.course_view())["document_count"] == 1


async def test_the_same_file_changes_nothing(studies: Studies, document: str) -> None:
    answer = await replace(studies, document, TEXT)
    assert (answer.status_code, answer.json()["document"]["version"]) == (202, 1)
    assert answer.json()["document"]["processing_status"] == "completed"


async def test_while_it_is_processed_it_is_409(studies: Studies, document: str) -> None:
    await replace(studies, document)
    assert (await replace(studies, document, TEXT * 3)).status_code == 409


async def test_of_two_at_once_one_wins(studies: Studies, document: str) -> None:
    answers = await asyncio.gather(replace(studies, document), replace(studies, document, TEXT * 3))
    assert sorted(answer.status_code for answer in answers) == [202, 409]
    await studies.stack.advance(hours=2)
    assert (await studies.get(document))["version"] == 2
    assert len(await list_objects(studies)) == 1


async def test_a_file_that_another_document_holds_is_409(studies: Studies, document: str) -> None:
    await studies.upload(NEWER, "other.txt")
    assert (await replace(studies, document)).status_code == 409
    assert (await studies.get(document))["version"] == 1


async def test_the_bytes_it_had_may_be_uploaded_again(studies: Studies, document: str) -> None:
    await replace(studies, document)
    await studies.stack.drain()
    assert (await studies.send(TEXT)).status_code == 201
    assert (await studies.send(NEWER)).json()["document"]["id"] == document


async def test_what_is_no_document_is_415_and_another_users_404(studies: Studies, document: str) -> None:
    assert (await replace(studies, document, EXE)).status_code == 415
    stranger = await sign_in(studies.stack)
    url = f"{studies.document(document)}replace/"
    assert (await stranger.http.post(url, files={"file": ("x.txt", NEWER)})).status_code == 404
    other = await studies.http.post(url, files={"picture": ("x.txt", NEWER)})
    assert (other.status_code, sorted(other.json()["details"])) == (422, ["file", "picture"])
