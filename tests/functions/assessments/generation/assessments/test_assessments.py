"""Assessments through the API."""

from tests.functions.assessments.generation.material import ASSESSMENTS
from tests.stack import Stack, User


async def test_an_assessment_is_created_changed_listed_and_deleted(
    stack: Stack, user: User, course: str, assessment: str
) -> None:
    one = f"{ASSESSMENTS}{assessment}/"
    made = (await user.http.get(one)).json()
    assert (made["status"], made["flashcard_count"], made["quiz_count"]) == ("draft", 0, 0)
    changed = await user.http.patch(one, json={"title": "Final", "status": "completed", "course": "x"})
    assert (changed.json()["title"], changed.json()["status"]) == ("Final", "draft")
    assert changed.json()["course"] == course
    listed = (await user.http.get(ASSESSMENTS, params={"course": course})).json()
    assert (listed["count"], listed["results"][0]["title"]) == (1, "Final")
    stranger = await stack.sign_up()
    assert (await stranger.http.get(one)).status_code == 404
    assert (await user.http.delete(one)).status_code == 204
    assert (await user.http.get(one)).status_code == 404


async def test_an_assessment_needs_a_course_and_a_title(user: User, course: str) -> None:
    assert (await user.http.post(ASSESSMENTS, json={"course": "none", "title": "t"})).status_code == 404
    refused = await user.http.post(ASSESSMENTS, json={"course": course, "title": " "})
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["title"])


async def test_assessments_of_a_deleted_course_are_purged(
    stack: Stack, user: User, course: str, assessment: str
) -> None:
    await user.http.delete(f"/api/v1/courses/{course}/")
    assert (await user.http.get(f"{ASSESSMENTS}{assessment}/")).status_code == 404
    await stack.drain()
    left = [
        path async for path, _ in stack.services.store.backend.stream_subtree(f"users/{user.id}/assessments")
    ]
    assert left == []
