"""Quizzes from documents through the API, with the offline model."""

import json
from typing import Any

import httpx
import pytest

from shared.text.folding import fold_text
from tests.functions.assessments.generation.material import TEXT, processed_document
from tests.stack import Stack, User

URL = "/api/v1/assessments/quizzes/generate/"
QUIZZES = "/api/v1/assessments/quizzes/"


async def generate(user: User, course: str, **fields: Any) -> httpx.Response:
    return await user.http.post(URL, json={"course_id": course, **fields})


async def list_questions(user: User, quiz: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        await user.http.get(f"{QUIZZES}{quiz}/questions/", params={"page_size": 100})
    ).json()["results"]
    return found


async def test_every_question_quotes_its_source_word_for_word(user: User, course: str, document: str) -> None:
    answer = await generate(
        user,
        course,
        question_count=6,
        document_ids=[document],
        question_types=["multiple_choice", "true_false", "short_answer"],
    )
    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert 3 <= body["question_count"] == len(body["questions"]) <= 6
    for question in body["questions"]:
        assert fold_text(question["citation"]["quote"]) in fold_text(TEXT)
        assert question["generator"] == "offline"
        assert question["correct_answer"]
    report = body["agent_metadata"]
    assert report["accepted"] == body["question_count"]
    assert report["dropped"].keys() == report["dropped_share"].keys()


async def test_generated_questions_are_stored(user: User, course: str, document: str) -> None:
    made = (await generate(user, course, topic="Photosynthesis", question_count=4)).json()
    quiz = (await user.http.get(f"{QUIZZES}{made['quiz_id']}/")).json()
    assert (quiz["title"], quiz["question_count"]) == ("Photosynthesis Quiz", made["question_count"])
    stored = await list_questions(user, made["quiz_id"])
    assert [each["id"] for each in stored] == [each["id"] for each in made["questions"]]
    for question, answered in zip(stored, made["questions"], strict=True):
        right = [option["text"] for option in question["options"] if option["is_correct"]]
        assert right == [answered["correct_answer"]]


async def test_a_quiz_without_topic_is_titled_by_its_document_or_its_course(
    stack: Stack, user: User, course: str, document: str
) -> None:
    order: dict[str, Any] = {"question_count": 1, "question_types": ["true_false"]}
    one = await generate(user, course, document_ids=[document], **order)
    more = await processed_document(stack, user, course, f"{TEXT}\nThe last line of it.\n")
    both = await generate(user, course, document_ids=[document, more], **order)
    assert [each.json()["title"] for each in (one, both)] == ["notes Quiz", "Biology Quiz"]


async def test_a_second_quiz_repeats_no_question(user: User, course: str, document: str) -> None:
    order = {"question_count": 3, "document_ids": [document]}
    first = (await generate(user, course, **order)).json()["questions"]
    second = (await generate(user, course, **order)).json().get("questions", [])
    asked = [question["question_text"] for question in [*first, *second]]
    assert len(asked) == len(set(asked))


async def test_a_generated_quiz_can_be_taken(user: User, course: str, document: str) -> None:
    made = (await generate(user, course, question_count=3, document_ids=[document])).json()
    begun = await user.http.post(f"{QUIZZES}{made['quiz_id']}/start_attempt/")
    assert begun.status_code == 201, begun.text
    assert len(begun.json()["questions"]) == made["question_count"]


async def test_a_job_ends_with_the_quiz_as_result(
    stack: Stack, user: User, course: str, document: str
) -> None:
    body = {"course_id": course, "question_count": 3, "document_ids": [document]}
    answer = await user.http.post(URL, json=body, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    await stack.drain()
    job = (await user.http.get(answer.json()["status_url"])).json()
    assert (job["status"], job["progress_percentage"]) == ("completed", 100)
    stored = await list_questions(user, job["result"]["quiz_id"])
    assert [each["id"] for each in stored] == [each["id"] for each in job["result"]["questions"]]


async def test_a_stream_sends_each_question(user: User, course: str, document: str) -> None:
    body = {"course_id": course, "question_count": 3, "document_ids": [document]}
    answer = await user.http.post(URL, json=body, headers={"Accept": "text/event-stream"})
    blocks = answer.text.replace("\r\n", "\n").strip().split("\n\n")
    events = [[line.split(": ", 1)[1] for line in block.split("\n")] for block in blocks]
    names = [name for name, _ in events]
    made = json.loads(events[-1][1])
    assert (names[0], names[-1], names.count("question")) == ("progress", "completed", made["question_count"])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "body"),
        ({"topic": "x", "question_count": 0}, "question_count"),
        ({"topic": "x", "question_count": 51}, "question_count"),
        ({"topic": "x", "question_types": []}, "question_types"),
        ({"topic": "x", "question_types": ["essay", "riddle"]}, "question_types.1"),
        ({"topic": "x", "difficulty": "extreme"}, "difficulty"),
        ({"topic": "x", "title": "t" * 201}, "title"),
    ],
)
async def test_an_invalid_order_names_its_field(
    user: User, course: str, fields: dict[str, Any], named: str
) -> None:
    answer = await generate(user, course, **fields)
    assert (answer.status_code, list(answer.json()["details"])) == (422, [named]), answer.text
