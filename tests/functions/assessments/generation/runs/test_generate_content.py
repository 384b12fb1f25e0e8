"""Content of assessments through the API, with the offline model."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.text.folding import fold_text
from tests.functions.assessments.generation.material import ASSESSMENTS, TEXT
from tests.stack import Stack, User

CARDS = "/api/v1/assessments/flashcards/"


async def generate(
    user: User, assessment: str, headers: dict[str, str] | None = None, **fields: Any
) -> httpx.Response:
    body = {"flashcard_count": 3, "quiz_questions": 3, **fields}
    return await user.http.post(
        f"{ASSESSMENTS}{assessment}/generate_content/", json=body, headers=headers or {}
    )


async def test_generated_content_belongs_to_the_assessment(
    user: User, assessment: str, document: str
) -> None:
    answer = await generate(user, assessment)
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
    stored = (await user.http.get(f"{ASSESSMENTS}{assessment}/")).json()
    assert (stored["status"], stored["flashcard_count"], stored["quiz_count"]) == (
        "completed", made["flashcards"]["count"], 1
    )  # fmt: skip


async def test_reports_describe_both_parts_of_the_generation(
    user: User, assessment: str, document: str
) -> None:
    reports = (await generate(user, assessment)).json()["agent_metadata"]
    cards, quiz = reports["flashcard_generation"], reports["quiz_generation"]
    assert (cards["agent_used"], quiz["agent_used"]) == ("FlashcardGenerationAgent", "QuizGenerationAgent")
    assert sum(cards["content_analysis"]["difficulty_distribution"].values()) == cards["accepted"]
    assert cards["proposed"] >= cards["accepted"]
    assert cards["adaptive_adjustments"] is None


async def test_a_repeated_request_saves_nothing_twice(user: User, assessment: str, document: str) -> None:
    first = await generate(user, assessment)
    second = await generate(user, assessment)
    assert first.json() == second.json()
    assert (await user.http.get(f"{ASSESSMENTS}{assessment}/")).json()["quiz_count"] == 1


async def test_two_simultaneous_requests_save_content_once(
    user: User, assessment: str, document: str
) -> None:
    answers = await asyncio.gather(generate(user, assessment), generate(user, assessment))
    assert answers[0].json() == answers[1].json()
    assert (await user.http.get(f"{ASSESSMENTS}{assessment}/")).json()["quiz_count"] == 1


async def test_another_idempotency_key_generates_new_content(
    user: User, assessment: str, document: str
) -> None:
    first = await generate(user, assessment, flashcard_count=1, quiz_questions=1)
    second = await generate(
        user, assessment, headers={"Idempotency-Key": "again"}, flashcard_count=1, quiz_questions=1
    )
    assert first.status_code == second.status_code == 200
    assert first.json()["generated_content"] != second.json()["generated_content"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({"flashcard_count": 0}, (None, True)), ({"quiz_questions": 0}, (True, None))],
)
async def test_either_part_may_be_left_out(
    user: User,
    assessment: str,
    document: str,
    fields: dict[str, Any],
    expected: tuple[bool | None, bool | None],
) -> None:
    made = (await generate(user, assessment, **fields)).json()["generated_content"]
    assert (made["flashcards"] and True, made["quiz"] and True) == expected


async def test_a_job_has_the_same_result_as_a_request(
    stack: Stack, user: User, assessment: str, document: str
) -> None:
    queued = await generate(user, assessment, headers={"Prefer": "respond-async"})
    assert queued.status_code == 202
    await stack.drain()
    job = (await user.http.get(queued.json()["status_url"])).json()
    assert job["status"] == "completed", job
    assert (await generate(user, assessment)).json() == job["result"]


async def test_an_invalid_order_names_its_field(user: User, assessment: str) -> None:
    for fields, named in (
        ({"flashcard_count": 51}, "flashcard_count"),
        ({"quiz_questions": -1}, "quiz_questions"),
        ({"flashcard_count": 0, "quiz_questions": 0}, "body"),
        ({"use_adaptive": "yes"}, "use_adaptive"),
    ):
        answer = await generate(user, assessment, **fields)
        assert (answer.status_code, list(answer.json()["details"])) == (422, [named]), answer.text


async def test_content_without_a_topic_covers_the_course(user: User, course: str, document: str) -> None:
    made = await user.http.post(ASSESSMENTS, json={"course": course, "title": "Midterm"})
    filled = await generate(user, made.json()["id"])
    assert filled.status_code == 200, filled.text
    assert filled.json()["generated_content"]["quiz"]["title"] == "Midterm Quiz"


async def test_content_without_a_document_is_refused(user: User, assessment: str) -> None:
    assert (await generate(user, assessment)).status_code == 422


async def test_cards_outlive_their_assessment(user: User, assessment: str, document: str) -> None:
    made = (await generate(user, assessment)).json()["generated_content"]["flashcards"]["count"]
    await user.http.delete(f"{ASSESSMENTS}{assessment}/")
    assert (await user.http.get(CARDS)).json()["count"] == made


async def test_twenty_cards_cost_at_most_thirty_further_writes(
    user: User, assessment: str, document: str
) -> None:
    answer = await generate(user, assessment, flashcard_count=20, quiz_questions=0)
    writes = int(answer.headers["X-Store-Cost"].split("writes=")[1].split()[0])
    assert writes - answer.json()["generated_content"]["flashcards"]["count"] <= 30
