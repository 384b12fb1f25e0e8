"""Purge of a deleted course: nothing is left."""

from datetime import timedelta

from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import DOCUMENTS, build_object_prefix
from shared.store import Increment
from shared.usage import UsageOf
from tests.functions.courses.studies import ScriptedRetrieval, Studies


def build_document(studies: Studies, number: int) -> CourseDocument:
    document_id, now = f"document-{number:03}", studies.stack.clock.now()
    return CourseDocument(
        id=document_id,
        user=studies.user.id,
        course=studies.course,
        retrieval_id=document_id,
        name=document_id,
        document_type="txt",
        content_type="text/plain",
        file_name="a.txt",
        file_size_bytes=3,
        object_key=f"{build_object_prefix(user_id=studies.user.id, document_id=document_id)}a.txt",
        processing_status="completed",
        processing_id="proc",
        processing_started_at=now,
        created_at=now,
        updated_at=now,
    )


async def list_leftovers(studies: Studies) -> list[str]:
    services = studies.stack.services
    found = [path async for path, _ in services.store.stream_subtree(f"users/{studies.user.id}")]
    paths = [path for path in found if any(part in path for part in ("/courses/", "/document"))]
    return paths + [each.key async for each in services.objects.list(f"users/{studies.user.id}/documents/")]


async def test_a_course_of_a_hundred_documents_leaves_nothing(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    services = scripted.stack.services
    for number in range(100):
        document = build_document(scripted, number)
        assert document.object_key is not None
        await services.store.put(DOCUMENTS.doc(document.id, user=document.user), document)
        await services.objects.put(document.object_key, b"abc", content_type="text/plain")
    usage = UsageOf(scripted.user.id, services.clock.now())
    await services.store.merge(usage.holdings, {"documents": Increment(100), "storage_bytes": Increment(300)})
    for title in range(25):
        await scripted.http.post(f"{scripted.url}sections/", json={"title": f"Section {title}"})
    await scripted.http.delete(scripted.url)
    await scripted.stack.drain()
    assert await list_leftovers(scripted) == []
    assert len(set(retrieval.deleted)) == 100
    held = await services.store.get(usage.holdings)
    assert held is not None
    assert (held.documents, held.storage_bytes) == (0, 0)


async def test_another_course_keeps_its_documents(scripted: Studies) -> None:
    other = (await scripted.http.post("/api/v1/courses/", json={"name": "Poetry"})).json()["id"]
    kept = Studies(scripted.stack, scripted.user, other)
    document = await kept.upload()
    await scripted.upload()
    await scripted.http.delete(scripted.url)
    await scripted.stack.drain()
    assert (await kept.get(document))["course"] == other
    assert (await kept.course_view())["document_count"] == 1


async def test_a_purge_waits_out_an_outage(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await scripted.upload()
    retrieval.away = True
    await scripted.http.delete(scripted.url)
    await scripted.stack.advance(hours=30)
    assert retrieval.deleted == []
    assert await scripted.stack.services.queue.list_dead_letters() == []
    retrieval.away = False
    await scripted.stack.advance(hours=2)
    assert retrieval.deleted == [document]


async def test_a_course_deleted_during_an_upload_gets_no_document(scripted: Studies) -> None:
    opened = await scripted.http.post(
        f"{scripted.documents}upload_session/",
        json={
            "file_name": "a.txt", "content_type": "text/plain", "file_size_bytes": 3, "sha256": "0" * 64
        },
    )  # fmt: skip
    await scripted.http.delete(scripted.url)
    assert (await scripted.http.post(opened.json()["complete_url"])).status_code == 404
    await scripted.stack.advance(hours=2)
    assert await list_leftovers(scripted) == []
    usage = UsageOf(scripted.user.id, scripted.stack.clock.now() - timedelta(0))
    held = await scripted.stack.services.store.get(usage.holdings)
    assert held is not None
    assert (held.documents, held.storage_bytes) == (0, 0)
