"""Cards from documents through the API, with the offline model."""

import json
from typing import Any

import httpx
import pytest

from shared.text.folding import fold_text
from tests.functions.assessments.generation.material import TEXT, new_course, processed_document
from tests.stack import Stack, User

URL = "/api/v1/assessments/flashcards/generate/"


async def generate(user: User, course: str, **fields: Any) -> httpx.Response:
    return await user.http.post(URL, json={"course_id": course, **fields})


async def list_cards(user: User) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = (await user.http.get("/api/v1/assessments/flashcards/")).json()["results"]
    return cards


async def test_every_card_quotes_its_source_word_for_word(user: User, course: str, document: str) -> None:
    answer = await generate(user, course, count=5, document_ids=[document])
    body = answer.json()
    assert answer.status_code == 201
    assert 3 <= len(body["flashcards"]) <= 5
    for card in body["flashcards"]:
        assert fold_text(card["citation"]["quote"]) in fold_text(TEXT)
        assert (card["citation"]["document_id"], card["citation"]["document_name"]) == (document, "notes.md")
        assert card["generator"] == "offline"
    report = body["agent_metadata"]
    assert (report["generator"], report["accepted"]) == ("offline", len(body["flashcards"]))
    assert 0 < body["confidence"] <= 1


async def test_generated_cards_are_stored_and_due(user: User, course: str, document: str) -> None:
    made = (await generate(user, course, count=4, document_ids=[document])).json()["flashcards"]
    stored = await list_cards(user)
    assert {card["id"] for card in stored} == {card["id"] for card in made}
    assert {card["source"] for card in stored} == {"generated"}
    stats = (await user.http.get("/api/v1/assessments/flashcards/stats/")).json()
    assert (stats["total_flashcards"], stats["due_flashcards"]) == (len(made), len(made))


async def test_a_second_generation_saves_no_near_duplicates(user: User, course: str, document: str) -> None:
    first = (await generate(user, course, count=3, document_ids=[document])).json()["flashcards"]
    await generate(user, course, count=5, document_ids=[document])
    questions = [card["question"] for card in await list_cards(user)]
    assert len(questions) == len(set(questions)) >= len(first)


async def test_a_topic_without_documents_uses_every_document_of_the_course(
    user: User, course: str, document: str
) -> None:
    body = (await generate(user, course, topic="glycolysis and glucose", count=1)).json()
    assert "lycolysis" in json.dumps(body["flashcards"])


async def test_twenty_cards_cost_at_most_thirty_further_writes(
    user: User, course: str, document: str
) -> None:
    answer = await generate(user, course, count=20, document_ids=[document])
    writes = int(answer.headers["X-Store-Cost"].split("writes=")[1].split()[0])
    assert writes - len(answer.json()["flashcards"]) <= 30


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "body"),
        ({"topic": "  "}, "body"),
        ({"topic": "x", "count": 0}, "count"),
        ({"topic": "x", "count": 51}, "count"),
        ({"topic": "x", "count": True}, "count"),
        ({"topic": "x", "difficulty_level": "extreme"}, "difficulty_level"),
        ({"topic": "x", "language": "klingon!"}, "language"),
        ({"topic": "x" * 301}, "topic"),
        ({"document_ids": ["a"] * 31}, "document_ids"),
        ({"topic": "x", "colour": "red"}, "colour"),
    ],
)
async def test_an_invalid_order_names_its_field(
    user: User, course: str, fields: dict[str, Any], named: str
) -> None:
    answer = await generate(user, course, **fields)
    assert (answer.status_code, list(answer.json()["details"])) == (422, [named]), answer.text


async def test_an_unknown_course_or_document_is_404(
    stack: Stack, user: User, course: str, document: str
) -> None:
    nowhere = await generate(user, "nowhere", topic="x")
    assert (nowhere.status_code, nowhere.json()["error"]) == (404, "There is no such course")
    missing = await generate(user, course, document_ids=[document, "nothing"])
    assert (missing.status_code, list(missing.json()["details"])) == (404, ["document_ids.1"])
    stranger = await stack.sign_up()
    assert (await generate(stranger, course, document_ids=[document])).status_code == 404


async def test_documents_must_belong_to_the_course_and_be_ready(
    stack: Stack, user: User, course: str, document: str
) -> None:
    other = await new_course(user)
    answer = await generate(user, other, document_ids=[document])
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["document_ids.0"])
    assert (await generate(user, other, topic="cells")).status_code == 422
    upload = await user.http.post(
        f"/api/v1/courses/{other}/documents/upload/", files={"file": ("new.md", b"# Fresh\n\nNew text.")}
    )
    fresh = upload.json()["document"]["id"]
    assert (await generate(user, other, document_ids=[fresh])).status_code == 409


async def test_the_error_names_a_topic_that_no_passage_fits(user: User, course: str, document: str) -> None:
    answer = await generate(user, course, topic="quantum chromodynamics")
    assert answer.status_code == 502
    assert "No passage of these documents fits the topic “quantum chromodynamics”" in answer.json()["error"]


async def test_a_document_without_usable_text_is_502_and_nothing_is_saved(
    stack: Stack, user: User, course: str
) -> None:
    empty = await processed_document(stack, user, course, "```\nx = 1\n```\n")
    answer = await generate(user, course, document_ids=[empty])
    assert (answer.status_code, answer.json()["error_code"]) == (502, "PROCESSING_FAILED")
    assert await list_cards(user) == []


async def test_a_job_ends_with_its_cards_as_result(
    stack: Stack, user: User, course: str, document: str
) -> None:
    body = {"course_id": course, "count": 4, "document_ids": [document]}
    answer = await user.http.post(URL, json=body, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    assert answer.headers["Location"] == answer.json()["status_url"]
    await stack.drain()
    job = (await user.http.get(answer.json()["status_url"])).json()
    assert (job["kind"], job["status"], job["progress_percentage"]) == ("generation", "completed", 100)
    assert {card["id"] for card in job["result"]["flashcards"]} == {
        card["id"] for card in await list_cards(user)
    }


async def test_a_stream_sends_each_card_and_the_result_last(user: User, course: str, document: str) -> None:
    body = {"course_id": course, "count": 3, "document_ids": [document]}
    answer = await user.http.post(URL, json=body, headers={"Accept": "text/event-stream"})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    events = [
        (
            block.split("\n")[0].removeprefix("event: "),
            json.loads(block.split("\n")[1].removeprefix("data: ")),
        )
        for block in answer.text.replace("\r\n", "\n").strip().split("\n\n")
    ]
    names = [name for name, _ in events]
    assert (names[0], names[-1], names.count("flashcard")) == ("progress", "completed", 3)
    streamed = [data["id"] for name, data in events if name == "flashcard"]
    assert streamed == [card["id"] for card in events[-1][1]["flashcards"]]
    assert len(await list_cards(user)) == 3


async def test_the_same_key_generates_once(user: User, course: str, document: str) -> None:
    body = {"course_id": course, "count": 3, "document_ids": [document]}
    answers = [await user.http.post(URL, json=body, headers={"Idempotency-Key": "g1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await list_cards(user)) == 3
