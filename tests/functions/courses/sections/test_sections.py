import pytest

from functions.courses.sections.store import MAX_SECTIONS
from tests.functions.courses.studies import Studies


async def make(studies: Studies, **fields: object) -> dict[str, object]:
    answer = await studies.http.post(f"{studies.url}sections/", json={"title": "Loops", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json()
    return made


async def test_sections_are_listed_in_order(studies: Studies) -> None:
    for title, order in (("Third", 3), ("First", 1), ("Second", 2)):
        await make(studies, title=title, order=order)
    listed = (await studies.http.get(f"{studies.url}sections/")).json()
    assert [section["title"] for section in listed] == ["First", "Second", "Third"]
    assert listed[0]["course"] == studies.course


async def test_a_section_without_an_order_comes_last(studies: Studies) -> None:
    assert (await make(studies))["order"] == 1
    await make(studies, order=7)
    assert (await make(studies))["order"] == 8


async def test_a_section_is_read_changed_and_deleted(studies: Studies) -> None:
    made = await make(studies, description="Again and again")
    path = f"{studies.url}sections/{made['id']}/"
    changed = (await studies.http.patch(path, json={"title": "While", "id": "ignored"})).json()
    assert {**made, "title": "While", "updated_at": changed["updated_at"]} == changed
    assert (await studies.http.get(path)).json() == changed
    assert (await studies.http.patch(path, json={"title": None})).status_code == 422
    assert (await studies.http.patch(path, json={"order": None})).status_code == 422
    assert (await studies.http.delete(path)).status_code == 204
    assert (await studies.http.get(path)).status_code == 404
    assert (await studies.http.delete(path)).status_code == 404


async def test_documents_stay_when_their_section_goes(studies: Studies) -> None:
    section = str((await make(studies))["id"])
    document = await studies.upload(section_id=section)
    assert (await studies.get(document))["section"] == section
    await studies.http.delete(f"{studies.url}sections/{section}/")
    await studies.stack.drain()
    assert (await studies.get(document))["section"] is None


@pytest.mark.slow
async def test_a_course_has_a_bounded_number_of_sections(studies: Studies) -> None:
    for number in range(MAX_SECTIONS):
        await make(studies, order=number)
    refused = await studies.http.post(f"{studies.url}sections/", json={"title": "One more"})
    assert refused.status_code == 409
