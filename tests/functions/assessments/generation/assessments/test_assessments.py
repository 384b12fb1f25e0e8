"""Assessments, and what is generated for them."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.text.folding import fold_text
from tests.functions.assessments.generation.runs.material import TEXT, new_course, processed_document
from tests.stack import Stack, User

SETS = "/api/v1/assessments/"
CARDS = "/api/v1/assessments/flashcards/"


@pytest.fixture
async def course(user: User) -> str:
    return await new_course(user)


@pytest.fixture
async def assessment(user: User, course: str) -> str:
    answer = await user.http.post(
        SETS, json={"course": course, "title": "Midterm", "topic": "Photosynthesis"}
    )
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


@pytest.fixture
async def document(stack: Stack, user: User, course: str) -> str:
    return await processed_document(stack, user, course)


async def fill(
    user: User, assessment: str, headers: dict[str, str] | None = None, **fields: Any
) -> httpx.Response:
    body = {"flashcard_count": 3, "quiz_questions": 3, **fields}
    return await user.http.post(f"{SETS}{assessment}/generate_content/", json=body, headers=headers or {})


async def test_an_assessment_lives(stack: Stack, user: User, course: str, assessment: str) -> None:
    one = f"{SETS}{assessment}/"
    made = (await user.http.get(one)).json()
    assert (made["status"], made["flashcard_count"], made["quiz_count"]) == ("draft", 0, 0)
    changed = await user.http.patch(one, json={"title": "Final", "status": "completed", "course": "x"})
    assert (changed.json()["title"], changed.json()["status"]) == ("Final", "draft")
    assert changed.json()["course"] == course
    listed = (await user.http.get(SETS, params={"course": course})).json()
    assert (listed["count"], listed["results"][0]["title"]) == (1, "Final")
    stranger = await stack.sign_up()
    assert (await stranger.http.get(one)).status_code == 404
    assert (await user.http.delete(one)).status_code == 204
    assert (await user.http.get(one)).status_code == 404


async def test_it_needs_a_course_and_a_title(user: User, course: str) -> None:
    assert (await user.http.post(SETS, json={"course": "none", "title": "t"})).status_code == 404
    refused = await user.http.post(SETS, json={"course": course, "title": " "})
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["title"])


async def test_content_is_made_and_belongs_to_it(user: User, assessment: str, document: str) -> None:
    answer = await fill(user, assessment)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["status"], body["assessment_id"]) == ("completed", assessment)
    made = body["generated_content"]
    assert made["flashcards"]["count"] == len(made["flashcards"]["flashcards"]) > 0
    assert made["quiz"]["question_count"] == len(made["quiz"]["questions"]) > 0
    quotes = [
        item["citation"]["quote"] for item in made["flashcards"]["flashcards"] + made["quiz"]["questions"]
    ]
    assert all(fold_text(quote) in fold_text(TEXT) for quote in quotes)
    told = (await user.http.get(f"{SETS}{assessment}/")).json()
    assert (told["status"], told["flashcard_count"], told["quiz_count"]) == (
        "completed", made["flashcards"]["count"], 1
    )  # fmt: skip


async def test_the_reports_tell_how_it_was_made(user: User, assessment: str, document: str) -> None:
    reports = (await fill(user, assessment)).json()["agent_metadata"]
    cards, quiz = reports["flashcard_generation"], reports["quiz_generation"]
    assert (cards["agent_used"], quiz["agent_used"]) == ("FlashcardGenerationAgent", "QuizGenerationAgent")
    assert sum(cards["content_analysis"]["difficulty_distribution"].values()) == cards["accepted"]
    assert cards["proposed"] >= cards["accepted"]
    assert cards["adaptive_adjustments"] is None


async def test_the_same_request_again_saves_nothing_twice(user: User, assessment: str, document: str) -> None:
    first = await fill(user, assessment)
    second = await fill(user, assessment)
    assert first.json() == second.json()
    assert (await user.http.get(f"{SETS}{assessment}/")).json()["quiz_count"] == 1


async def test_two_at_once_make_one(user: User, assessment: str, document: str) -> None:
    answers = await asyncio.gather(fill(user, assessment), fill(user, assessment))
    assert answers[0].json() == answers[1].json()
    assert (await user.http.get(f"{SETS}{assessment}/")).json()["quiz_count"] == 1


async def test_another_key_means_it_anew(user: User, assessment: str, document: str) -> None:
    first = await fill(user, assessment, flashcard_count=1, quiz_questions=1)
    second = await fill(
        user, assessment, headers={"Idempotency-Key": "again"}, flashcard_count=1, quiz_questions=1
    )
    assert first.status_code == second.status_code == 200
    assert first.json()["generated_content"] != second.json()["generated_content"]


@pytest.mark.parametrize(
    ("fields", "given"),
    [({"flashcard_count": 0}, (None, True)), ({"quiz_questions": 0}, (True, None))],
)
async def test_either_may_be_left_out(
    user: User, assessment: str, document: str, fields: dict[str, Any], given: tuple[bool | None, bool | None]
) -> None:
    made = (await fill(user, assessment, **fields)).json()["generated_content"]
    assert (made["flashcards"] and True, made["quiz"] and True) == given


async def test_a_job_and_the_answer_at_once_are_the_same(
    stack: Stack, user: User, assessment: str, document: str
) -> None:
    queued = await fill(user, assessment, headers={"Prefer": "respond-async"})
    assert queued.status_code == 202
    await stack.drain()
    job = (await user.http.get(queued.json()["status_url"])).json()
    assert job["status"] == "completed", job
    assert (await fill(user, assessment)).json() == job["result"]


async def test_bad_orders_name_their_fields(user: User, assessment: str) -> None:
    for fields, named in (
        ({"flashcard_count": 51}, "flashcard_count"),
        ({"quiz_questions": -1}, "quiz_questions"),
        ({"flashcard_count": 0, "quiz_questions": 0}, "body"),
        ({"use_adaptive": "yes"}, "use_adaptive"),
    ):
        answer = await fill(user, assessment, **fields)
        assert (answer.status_code, list(answer.json()["details"])) == (422, [named]), answer.text


async def test_without_a_topic_it_is_about_the_whole_course(user: User, course: str, document: str) -> None:
    made = await user.http.post(SETS, json={"course": course, "title": "Midterm"})
    filled = await fill(user, made.json()["id"])
    assert filled.status_code == 200, filled.text
    assert filled.json()["generated_content"]["quiz"]["title"] == "Midterm Quiz"


async def test_without_a_document_there_is_nothing_to_quote(user: User, assessment: str) -> None:
    assert (await fill(user, assessment)).status_code == 422


async def test_its_cards_outlive_it(user: User, assessment: str, document: str) -> None:
    made = (await fill(user, assessment)).json()["generated_content"]["flashcards"]["count"]
    await user.http.delete(f"{SETS}{assessment}/")
    assert (await user.http.get(CARDS)).json()["count"] == made


async def test_a_deleted_courses_assessments_are_gone(
    stack: Stack, user: User, course: str, assessment: str
) -> None:
    await user.http.delete(f"/api/v1/courses/{course}/")
    assert (await user.http.get(f"{SETS}{assessment}/")).status_code == 404
    await stack.drain()
    left = [
        path async for path, _ in stack.services.store.backend.stream_subtree(f"users/{user.id}/assessments")
    ]
    assert left == []


async def test_writes_beside_the_items_stay_under_thirty(user: User, assessment: str, document: str) -> None:
    answer = await fill(user, assessment, flashcard_count=20, quiz_questions=0)
    writes = int(answer.headers["X-Store-Cost"].split("writes=")[1].split()[0])
    assert writes - answer.json()["generated_content"]["flashcards"]["count"] <= 30
