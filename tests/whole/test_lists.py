"""Lists in the order that is asked for, with what a frontend shows beside each item."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.courses.courses.routes import CourseOrdering
from tests.stack import Stack, User, running
from tests.whole.world import HOOK, World, built

COURSES = "/api/v1/courses/"
CARDS = "/api/v1/assessments/flashcards/"
ORDERINGS = CourseOrdering.__args__  # type: ignore[attr-defined]


async def create(user: User, path: str, **body: Any) -> Any:
    answer = await user.http.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(user: User, path: str, **query: str) -> list[Any]:
    """Return the items of all pages, two on each."""
    items: list[Any] = []
    answer = await user.http.get(path, params={"page_size": "2", **query})
    while True:
        assert answer.status_code == 200, answer.text
        items += answer.json()["results"]
        if answer.json()["next"] is None:
            return items
        answer = await user.http.get(answer.json()["next"])


async def make_courses(stack: Stack, user: User) -> None:
    for place, name in enumerate(("Physics", "Algebra", "Zoology", "Botany")):
        exam = (stack.clock.now() + timedelta(days=40 - 10 * place)).date().isoformat()
        await create(user, COURSES, name=name, semester="spring", exam_date=exam)
        await stack.advance(seconds=1)


@pytest.mark.parametrize(
    ("ordering", "names"),
    [
        ("created_at", ["Physics", "Algebra", "Zoology", "Botany"]),
        ("-created_at", ["Botany", "Zoology", "Algebra", "Physics"]),
        ("name", ["Algebra", "Botany", "Physics", "Zoology"]),
        ("-name", ["Zoology", "Physics", "Botany", "Algebra"]),
        ("exam_date", ["Botany", "Zoology", "Algebra", "Physics"]),
        ("-updated_at", ["Botany", "Zoology", "Algebra", "Physics"]),
    ],
)
async def test_courses_in_the_order_asked_for(
    stack: Stack, user: User, ordering: str, names: list[str]
) -> None:
    await make_courses(stack, user)
    assert [each["name"] for each in await listed(user, COURSES, ordering=ordering)] == names
    filtered = await listed(user, COURSES, ordering=ordering, semester="spring")
    assert [each["name"] for each in filtered] == names


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize(
    "query", [{}, {"semester": "s"}, {"subject_area": "s"}, {"difficulty_level": "d"}, {"search": "a"}]
)
async def test_every_order_goes_with_every_filter(user: User, ordering: str, query: dict[str, str]) -> None:
    assert await listed(user, COURSES, ordering=ordering, **query) == []


async def test_an_unknown_order_is_told_the_known_ones(user: User) -> None:
    answer = await user.http.get(COURSES, params={"ordering": "color"})
    assert answer.json()["details_codes"] == {"ordering": ["invalid_choice"]}
    assert "-created_at" in answer.json()["details"]["ordering"][0]


async def test_a_course_tells_how_many_cards_are_due(stack: Stack, user: User) -> None:
    course = await create(user, COURSES, name="Botany")
    assert course["due_count"] == 0
    cards = [
        await create(user, CARDS, course=course["id"], question=f"q{number}", answer="a")
        for number in range(3)
    ]
    path = f"{COURSES}{course['id']}/"
    assert (await user.http.get(path)).json()["due_count"] == 3
    await user.http.post(f"{CARDS}{cards[0]['id']}/review/", json={"quality_response": 4})
    await user.http.post(f"{CARDS}{cards[1]['id']}/suspend/")
    (found,) = (await user.http.get(COURSES)).json()["results"]
    due = (await user.http.get(f"{CARDS}due/", params={"course": course["id"]})).json()
    assert (found["flashcard_count"], found["due_count"], len(due)) == (3, 1, 1)
    kept = await user.http.put(path, json=found)
    assert kept.json()["due_count"] == 1


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running(tmp_path / "world", url_fetch_allowed_hosts=HOOK) as stack:
        yield await built(stack)


async def test_cards_of_a_document(world: World) -> None:
    document = world.ids["documents"]
    generated = await listed(world.user, CARDS, document=document)
    assert generated
    assert {each["citation"]["document_id"] for each in generated} == {document}
    everything = await listed(world.user, CARDS)
    assert [each for each in everything if each["citation"]] == generated
    assert await listed(world.user, CARDS, document="none") == []
    filters = ({"status": "active"}, {"course": world.ids["courses"]}, {"mastery": "new"}, {"tag": "x"})
    for ordering in ("created_at", "-created_at", "next_review_date"):
        for query in filters:
            found = await listed(world.user, CARDS, document=document, ordering=ordering, **query)
            assert len(found) == (0 if "tag" in query else len(generated)), (ordering, query)


async def test_cards_and_documents_in_the_order_asked_for(world: World) -> None:
    cards = await listed(world.user, CARDS, ordering="created_at")
    assert cards == (await listed(world.user, CARDS))[::-1]
    by_day = await listed(world.user, CARDS, ordering="next_review_date")
    days = [each["next_review_date"] for each in by_day]
    assert days == sorted(days)
    path = f"{COURSES}{world.ids['courses']}/documents/"
    for query in ({}, {"tag": "exam"}, {"processing_status": "completed"}, {"document_type": "md"}):
        for ordering in ("created_at", "-created_at", "name", "-name"):
            await listed(world.user, path, ordering=ordering, **query)
