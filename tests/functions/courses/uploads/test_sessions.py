"""Uploads directly to the object store."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from functions.courses.documents.store import DOCUMENTS
from functions.courses.files.rules import TXT
from functions.courses.uploads.service import complete_upload, purge_upload
from functions.courses.uploads.store import UPLOADS as UPLOAD_SESSIONS
from shared.objects.folder import FolderObjects
from shared.objects.names import UPLOADS
from shared.objects.protocol import ObjectInfo
from shared.usage import Holdings
from shared.web.upload_sessions import UploadNotFound
from tests.functions.courses.studies import EXE, PNG, TEXT, Studies, get_holdings, hash_bytes, sign_in


def build_body(data: bytes = TEXT, **fields: Any) -> dict[str, Any]:
    return {
        "name": "Chapter 3",
        "file_name": "ch3.txt",
        "content_type": "text/plain",
        "file_size_bytes": len(data),
        "sha256": hash_bytes(data).upper(),
        **fields,
    }


async def open_session(studies: Studies, data: bytes = TEXT, **fields: Any) -> dict[str, Any]:
    answer = await studies.http.post(f"{studies.documents}upload_session/", json=build_body(data, **fields))
    assert answer.status_code == 201, answer.text
    session: dict[str, Any] = answer.json()
    return session


async def put(studies: Studies, session: dict[str, Any], data: bytes) -> httpx.Response:
    return await studies.stack.http.request(
        session["method"], session["url"], content=data, headers=session["headers"]
    )


async def complete_session(studies: Studies, session: dict[str, Any]) -> httpx.Response:
    return await studies.http.post(session["complete_url"])


async def list_objects(studies: Studies, prefix: str) -> list[str]:
    return [each.key async for each in studies.stack.services.objects.list(prefix)]


async def test_a_file_goes_straight_to_the_object_store(scripted: Studies) -> None:
    session = await open_session(scripted, description="d")
    assert session["method"] == "PUT"
    assert session["fields"] == {}
    assert session["expires_at"] == "2026-03-02T13:00:00.000Z"
    assert (await put(scripted, session, TEXT)).status_code == 200
    made = await complete_session(scripted, session)
    assert made.status_code == 201
    document = made.json()["document"]
    assert (document["name"], document["document_type"], document["file_size_bytes"]) == (
        "Chapter 3", "txt", len(TEXT)
    )  # fmt: skip
    link = (await scripted.http.get(f"{scripted.document(document['id'])}download/")).json()["url"]
    assert (await scripted.stack.http.get(link)).content == TEXT
    await scripted.stack.advance(hours=2)
    assert (await scripted.get(document["id"]))["name"] == "Chapter 3"
    assert len(await list_objects(scripted, "users/")) == 1
    assert await list_objects(scripted, UPLOADS) == []
    assert await get_holdings(scripted) == Holdings(id="total", documents=1, storage_bytes=len(TEXT))


async def test_a_file_waits_where_the_bucket_clears_up_and_its_document_lies_elsewhere(
    scripted: Studies,
) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    assert await list_objects(scripted, UPLOADS) == [
        f"uploads/users/{scripted.user.id}/{session['upload_id']}/ch3.txt"
    ]
    made = (await complete_session(scripted, session)).json()["document"]
    stored = await scripted.stack.services.store.get(DOCUMENTS.doc(made["id"], user=scripted.user.id))
    assert stored is not None
    assert [stored.object_key] == await list_objects(scripted, f"users/{scripted.user.id}/documents/")


async def test_an_upload_that_an_earlier_release_opened_is_completed(scripted: Studies) -> None:
    session = await open_session(scripted)
    store, upload_id = scripted.stack.services.store, session["upload_id"]
    await store.merge(UPLOAD_SESSIONS.doc(upload_id, user=scripted.user.id), {"temporary": False})
    staged = f"users/{scripted.user.id}/uploads/{upload_id}/ch3.txt"
    await scripted.stack.services.objects.put(staged, TEXT, content_type="text/plain")
    assert (await complete_session(scripted, session)).status_code == 201
    await scripted.stack.advance(hours=2)
    assert staged not in await list_objects(scripted, "users/")


async def test_completing_again_gives_the_same_answer(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    answers = await asyncio.gather(*(complete_session(scripted, session) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    later = await complete_session(scripted, session)
    assert later.status_code == 200
    assert {each.json()["document"]["id"] for each in [*answers, later]} == {session["upload_id"]}
    assert (await scripted.course_view())["document_count"] == 1


async def test_what_the_link_still_changes_is_not_what_was_checked(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    document = (await complete_session(scripted, session)).json()["document"]["id"]
    await put(scripted, session, TEXT[::-1])
    link = (await scripted.http.get(f"{scripted.document(document)}download/")).json()["url"]
    assert (await scripted.stack.http.get(link)).content == TEXT


async def test_nothing_arrived_yet(scripted: Studies) -> None:
    session = await open_session(scripted)
    assert (await complete_session(scripted, session)).status_code == 409
    await put(scripted, session, TEXT)
    assert (await complete_session(scripted, session)).status_code == 201


async def test_another_size_is_refused_by_the_link_and_by_the_check(scripted: Studies) -> None:
    session = await open_session(scripted)
    assert (await put(scripted, session, TEXT + b"more")).status_code == 413
    assert (await put(scripted, session, TEXT[:5])).status_code == 400
    staged = f"uploads/users/{scripted.user.id}/{session['upload_id']}/ch3.txt"
    await scripted.stack.services.objects.put(staged, TEXT[:5], content_type="text/plain")
    refused = await complete_session(scripted, session)
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == ["file_size_bytes"]


async def test_other_bytes_are_refused_and_may_be_sent_again(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT[::-1])
    refused = await complete_session(scripted, session)
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == ["sha256"]
    await put(scripted, session, TEXT)
    assert (await complete_session(scripted, session)).status_code == 201


@pytest.mark.parametrize(
    ("data", "content_type"), [(EXE, "application/pdf"), (PNG, "application/pdf"), (TEXT, "image/png")]
)
async def test_content_of_another_type_is_refused(scripted: Studies, data: bytes, content_type: str) -> None:
    session = await open_session(scripted, data, content_type=content_type)
    await put(scripted, session, data)
    assert (await complete_session(scripted, session)).status_code == 415
    assert (await scripted.course_view())["document_count"] == 0
    await scripted.stack.advance(hours=2)
    assert [each async for each in scripted.stack.services.objects.list("users/")] == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"content_type": "application/zip"}, 415),
        ({"file_size_bytes": 52_428_801}, 413),
        ({"file_size_bytes": 0}, 422),
        ({"sha256": "abc"}, 422),
        ({"file_name": ""}, 422),
        ({"section_id": "none"}, 422),
    ],
)
async def test_an_impossible_announcement_is_refused(
    scripted: Studies, fields: dict[str, Any], status: int
) -> None:
    body = build_body(**fields)
    refused = await scripted.http.post(f"{scripted.documents}upload_session/", json=body)
    assert refused.status_code == status
    assert await get_holdings(scripted) == Holdings(id="total")


async def test_what_is_there_already_is_given_and_counted_once(scripted: Studies) -> None:
    document = await scripted.upload()
    session = await open_session(scripted)
    assert (await get_holdings(scripted)).documents == 2
    await put(scripted, session, TEXT)
    answer = await complete_session(scripted, session)
    assert (answer.status_code, answer.json()["document"]["id"]) == (200, document)
    assert (await get_holdings(scripted)).documents == 1
    assert (await complete_session(scripted, session)).json()["document"]["id"] == document
    await scripted.stack.advance(hours=2)
    assert await get_holdings(scripted) == Holdings(id="total", documents=1, storage_bytes=len(TEXT))


async def test_an_upload_that_nobody_completes_gives_everything_back(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    assert (await get_holdings(scripted)).documents == 1
    scripted.stack.clock.advance(timedelta(hours=1))
    assert (await complete_session(scripted, session)).status_code == 404
    assert (await put(scripted, session, TEXT)).status_code == 403
    await scripted.stack.advance(minutes=16)
    assert await get_holdings(scripted) == Holdings(id="total")
    assert [each async for each in scripted.stack.services.objects.list("users/")] == []


async def test_a_document_deleted_since_does_not_come_back(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    document = (await complete_session(scripted, session)).json()["document"]["id"]
    await scripted.http.delete(scripted.document(document))
    assert (await complete_session(scripted, session)).status_code == 404
    assert await get_holdings(scripted) == Holdings(id="total")


async def test_an_upload_closed_during_its_completion_makes_no_document(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    services, own = scripted.stack.services, scripted.user.id

    class Slow(FolderObjects):
        async def copy(self, source: str, target: str) -> ObjectInfo:
            info = await super().copy(source, target)
            upload = await services.store.get(UPLOAD_SESSIONS.doc(session["upload_id"], user=own))
            assert upload is not None
            await purge_upload(services, upload)
            return await super().put(target, TEXT, content_type=info.content_type)

    folder = services.settings.data_dir / "objects"
    services.objects = Slow(folder, base_url="http://stack.test", secret="s", clock=scripted.stack.clock)
    assert (await complete_session(scripted, session)).status_code == 404
    assert await get_holdings(scripted) == Holdings(id="total")


async def test_a_document_deleted_during_a_second_completion_stays_deleted(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    services, own = scripted.stack.services, scripted.user.id
    upload = await services.store.get(UPLOAD_SESSIONS.doc(session["upload_id"], user=own))
    assert upload is not None
    document = (await complete_session(scripted, session)).json()["document"]["id"]
    await scripted.http.delete(scripted.document(document))
    with pytest.raises(UploadNotFound):
        await complete_upload(services, upload, kind=TXT, key=f"users/{own}/documents/{document}/late.txt")


async def test_an_upload_belongs_to_its_user_and_course(scripted: Studies) -> None:
    session = await open_session(scripted)
    await put(scripted, session, TEXT)
    stranger = await sign_in(scripted.stack)
    assert (await stranger.http.post(session["complete_url"])).status_code == 404
    other = (await scripted.http.post("/api/v1/courses/", json={"name": "Poetry"})).json()["id"]
    elsewhere = session["complete_url"].replace(scripted.course, other)
    assert (await scripted.http.post(elsewhere)).status_code == 404
