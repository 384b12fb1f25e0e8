from datetime import timedelta
from typing import Any

import pytest

from shared.published.courses import COURSE_SUMMARIES, CourseCreated
from shared.published.flashcards import CARD_STATS, CardStats
from tests.functions.courses.studies import COURSES, Studies
from tests.stack import Stack, User

FULL = {
    "name": "Advanced Calculus",
    "description": "Comprehensive course covering advanced calculus topics",
    "university": "MIT",
    "course_code": "MATH-401",
    "semester": "Spring 2024",
    "academic_year": "2023-2024",
    "credits": 4,
    "language": "English",
    "subject_area": "Mathematics",
    "difficulty_level": "advanced",
    "color": "#3B82F6",
    "icon": "📚",
    "start_date": "2024-01-20",
    "end_date": "2024-05-15",
    "exam_date": "2024-05-20",
}


async def make(user: User, **fields: Any) -> dict[str, Any]:
    answer = await user.http.post(COURSES, json={"name": "Programming", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_course_keeps_all_that_it_was_given(user: User) -> None:
    made = await make(user, **FULL)
    assert FULL.items() <= made.items()
    assert (made["document_count"], made["flashcard_count"]) == (0, 0)
    assert (await user.http.get(f"{COURSES}{made['id']}/")).json() == made


async def test_only_the_name_is_required(user: User) -> None:
    assert (await make(user))["exam_date"] is None
    refused = await user.http.post(COURSES, json={})
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == ["name"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("color", "blue"),
        ("color", "#12345"),
        ("language", "1234"),
        ("credits", -1),
        ("credits", 1000.5),
        ("credits", True),
        ("start_date", "20.1.2024"),
        ("unknown", 1),
    ],
)
async def test_a_bad_field_is_named(user: User, field: str, value: Any) -> None:
    refused = await user.http.post(COURSES, json={"name": "Programming", field: value})
    assert refused.status_code == 422
    assert {name.split(".")[0] for name in refused.json()["details"]} == {field}


async def test_a_course_does_not_end_before_it_starts(user: User) -> None:
    made = await make(user, start_date="2024-01-20")
    refused = await user.http.patch(f"{COURSES}{made['id']}/", json={"end_date": "2024-01-19"})
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == ["end_date"]


async def test_a_patch_changes_what_it_names(user: User) -> None:
    made = await make(user, **FULL)
    changed = await user.http.patch(f"{COURSES}{made['id']}/", json={"name": "Calculus", "exam_date": None})
    assert changed.status_code == 200
    assert changed.json() == {
        **made, "name": "Calculus", "exam_date": None, "updated_at": changed.json()["updated_at"]
    }  # fmt: skip
    assert (await user.http.patch(f"{COURSES}{made['id']}/", json={"name": None})).status_code == 422


async def test_a_put_of_what_one_got_changes_nothing(user: User) -> None:
    made = await make(user, **FULL)
    kept = (await user.http.put(f"{COURSES}{made['id']}/", json=made)).json()
    assert {**kept, "updated_at": ""} == {**made, "updated_at": ""}


async def test_a_put_returns_what_it_leaves_out_to_its_default(user: User) -> None:
    made = await make(user, **FULL)
    left = (await user.http.put(f"{COURSES}{made['id']}/", json={"name": "Calculus"})).json()
    assert (left["university"], left["credits"], left["color"]) == ("", None, None)


async def test_the_list_is_newest_first_and_pages(stack: Stack, user: User) -> None:
    for number in range(3):
        stack.clock.advance(timedelta(seconds=1))
        await make(user, name=f"Course {number}")
    first = (await user.http.get(COURSES, params={"page_size": 2})).json()
    assert first["count"] == 3
    assert [course["name"] for course in first["results"]] == ["Course 2", "Course 1"]
    second = (await user.http.get(first["next"])).json()
    assert [course["name"] for course in second["results"]] == ["Course 0"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"subject_area": "Mathematics"}, ["Linear Algebra", "Advanced Calculus"]),
        ({"subject_area": "Mathematics", "semester": "Spring 2024"}, ["Advanced Calculus"]),
        ({"difficulty_level": "advanced"}, ["Advanced Calculus"]),
        ({"search": "ALG"}, ["Linear Algebra"]),
        ({"search": "linear alg", "subject_area": "Mathematics"}, ["Linear Algebra"]),
        ({"search": "math-4"}, ["Advanced Calculus"]),
        ({"search": "", "semester": ""}, ["Poetry", "Linear Algebra", "Advanced Calculus"]),
        ({"search": "?!"}, []),
        ({"semester": "Autumn"}, []),
    ],
)
async def test_the_list_is_filtered(stack: Stack, user: User, asked: Any, names: list[str]) -> None:
    for fields in (FULL, {"name": "Linear Algebra", "subject_area": "Mathematics"}, {"name": "Poetry"}):
        stack.clock.advance(timedelta(seconds=1))
        await make(user, **fields)
    found = (await user.http.get(COURSES, params=asked)).json()
    assert [course["name"] for course in found["results"]] == names
    assert found["count"] == len(names)


async def test_cards_are_counted_by_who_keeps_them(stack: Stack, user: User) -> None:
    made = await make(user)
    await stack.services.store.put(
        CARD_STATS.doc(made["id"], user=user.id), CardStats(id=made["id"], total=7)
    )
    assert (await user.http.get(COURSES)).json()["results"][0]["flashcard_count"] == 7
    assert (await user.http.get(f"{COURSES}{made['id']}/")).json()["flashcard_count"] == 7


async def test_what_is_published_of_a_course_can_be_read(stack: Stack, user: User) -> None:
    made = await make(user, **FULL)
    summary = await stack.services.store.get(COURSE_SUMMARIES.doc(made["id"], user=user.id))
    assert summary is not None
    assert (summary.name, str(summary.exam_date)) == ("Advanced Calculus", "2024-05-20")
    waiting = await stack.services.queue.list_waiting()
    assert CourseCreated.type in [message.name for message in waiting]


async def test_another_users_course_is_not_there(studies: Studies, user: User) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        body = {"name": "Mine"} if method == "PATCH" else None
        answer = await user.http.request(method, studies.url, json=body)
        assert answer.status_code == 404
        assert answer.json()["error_code"] == "RESOURCE_NOT_FOUND"
    assert (await user.http.get(f"{COURSES}no%20id/")).status_code == 404


async def test_a_deleted_course_and_all_below_it_are_gone_at_once(studies: Studies) -> None:
    document = await studies.upload()
    section = (await studies.http.post(f"{studies.url}sections/", json={"title": "Loops"})).json()["id"]
    assert (await studies.http.delete(studies.url)).status_code == 204
    gone = [
        studies.url,
        studies.documents,
        studies.document(document),
        f"{studies.document(document)}content/",
        f"{studies.document(document)}processing_status/",
        f"{studies.document(document)}download/",
        f"{studies.url}sections/",
        f"{studies.url}sections/{section}/",
        f"{studies.documents}upload_limits/",
    ]
    for path in gone:
        assert (await studies.http.get(path)).status_code == 404, path
    assert (await studies.send()).status_code == 404
    assert (await studies.http.delete(studies.url)).status_code == 404
    assert (await studies.http.get(COURSES)).json()["count"] == 0
