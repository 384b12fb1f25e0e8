import asyncio
from typing import Any

from functions.courses.tags.rules import MAX_TAGS
from tests.functions.courses.studies import Studies
from tests.stack import User

TAGS = "/api/v1/courses/tags/"


async def make(user: User, name: str, **fields: Any) -> dict[str, Any]:
    answer = await user.http.post(TAGS, json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def tag(studies: Studies, document: str, *names: str) -> dict[str, Any]:
    answer = await studies.http.put(f"{studies.document(document)}tags/", json={"tags": list(names)})
    assert answer.status_code == 200, answer.text
    tagged: dict[str, Any] = answer.json()
    return tagged


async def count_documents(studies: Studies) -> dict[str, int]:
    return {each["name"]: each["document_count"] for each in (await studies.http.get(TAGS)).json()}


async def test_tags_are_listed_by_name(user: User) -> None:
    assert (await user.http.get(TAGS)).json() == []
    await make(user, "loops")
    exam = await make(user, "Exam", color="#EF4444")
    assert exam["color"] == "#EF4444"
    assert [each["name"] for each in (await user.http.get(TAGS)).json()] == ["Exam", "loops"]


async def test_a_name_is_taken_once_however_it_is_written(user: User) -> None:
    await make(user, "Exam")
    answers = await asyncio.gather(*(user.http.post(TAGS, json={"name": "exam"}) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {409}


async def test_parallel_creations_make_one_tag(user: User) -> None:
    answers = await asyncio.gather(*(user.http.post(TAGS, json={"name": "exam"}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_a_renamed_tag_keeps_its_id_and_its_documents(studies: Studies) -> None:
    made = await make(studies.user, "exam")
    document = await studies.upload()
    await tag(studies, document, "exam")
    path = f"{TAGS}{made['id']}/"
    renamed = (await studies.http.patch(path, json={"name": "Exams"})).json()
    assert (renamed["id"], renamed["document_count"]) == (made["id"], 1)
    assert (await studies.get(document))["tags"] == ["Exams"]
    assert (await studies.http.get(path)).json() == renamed
    await make(studies.user, "exam")
    assert (await studies.http.patch(path, json={"name": "EXAM"})).status_code == 409
    assert (await studies.http.patch(path, json={"name": "EXAMS", "color": "#000000"})).status_code == 200


async def test_tags_of_a_document_are_made_and_counted(studies: Studies) -> None:
    first, second = await studies.upload(), await studies.upload(b"other bytes")
    assert (await tag(studies, first, "exam", "chapter-3", "EXAM"))["tags"] == ["exam", "chapter-3"]
    await tag(studies, second, "exam")
    assert await count_documents(studies) == {"chapter-3": 1, "exam": 2}
    assert (await tag(studies, first))["tags"] == []
    assert await count_documents(studies) == {"chapter-3": 0, "exam": 1}
    await studies.http.delete(studies.document(second))
    assert await count_documents(studies) == {"chapter-3": 0, "exam": 0}


async def test_a_deleted_tag_shows_nowhere(studies: Studies) -> None:
    document = await studies.upload()
    await tag(studies, document, "exam", "loops")
    found = {each["name"]: each["id"] for each in (await studies.http.get(TAGS)).json()}
    assert (await studies.http.delete(f"{TAGS}{found['exam']}/")).status_code == 204
    assert (await studies.get(document))["tags"] == ["loops"]
    assert (await studies.http.get(f"{TAGS}{found['exam']}/")).status_code == 404
    assert (await studies.http.get(studies.documents, params={"tag": "exam"})).json()["count"] == 0
    await studies.http.delete(studies.url)
    await studies.stack.drain()
    assert await count_documents(studies) == {"loops": 0}


async def test_documents_are_found_by_tag(studies: Studies) -> None:
    document = await studies.upload()
    await studies.upload(b"other bytes")
    await tag(studies, document, "exam")
    tag_id = (await studies.http.get(TAGS)).json()[0]["id"]
    for asked in ("exam", "EXAM", tag_id):
        found = (await studies.http.get(studies.documents, params={"tag": asked})).json()
        assert [each["id"] for each in found["results"]] == [document]


async def test_a_user_has_a_bounded_number_of_tags(studies: Studies) -> None:
    document = await studies.upload()
    for start in range(0, MAX_TAGS, 20):
        await tag(studies, document, *(f"tag {number}" for number in range(start, start + 20)))
    assert (await studies.http.post(TAGS, json={"name": "one more"})).status_code == 409
    path = f"{studies.document(document)}tags/"
    assert (await studies.http.put(path, json={"tags": ["one more"]})).status_code == 409
    too_many = {"tags": [f"tag {number}" for number in range(21)]}
    assert (await studies.http.put(path, json=too_many)).status_code == 422
